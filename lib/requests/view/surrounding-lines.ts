import type { CorrelationId } from '@/lib/correlation-id/grammar';
import { AppError } from '@/lib/errors/app-error';
import { sources } from '@/lib/telemetry/sources';
import { withDeadline } from '../discovery/source-deadline';
import { requiredAnswer } from '../discovery/required-answer';
import { loadRevision } from './load-request';
import type { SurroundingLines } from './contract';
import { plainLine } from './plain-line';

/** On each side. */
const LINES_AROUND = 10;

/**
 * What stood around one line in its own stream, whatever id it carries.
 * @throws AppError invalid_input when the line is not of this revision, unavailable when the source
 *   does not answer
 */
export async function loadSurroundingLines(
  id: CorrelationId,
  revision: string,
  lineId: string,
  signal: AbortSignal,
): Promise<SurroundingLines> {
  const { request } = await loadRevision(id, revision, signal);
  const found = request.lines.find((placed) => placed.line.id === lineId)?.line;
  if (!found) throw new AppError('invalid_input', 'The line is not one of this revision.');
  // Its source has it at the time that was reported, whether that can be true or not.
  const line = { ...found, timeNs: found.implausible?.timeNs ?? found.timeNs };
  const { logs } = sources();
  const { data, partial } = await requiredAnswer(
    logs.name,
    logs.around(line, LINES_AROUND, withDeadline(signal)),
  );
  return {
    source: logs.name,
    before: data.before.map(plainLine),
    after: data.after.map(plainLine),
    partial: [...partial],
  };
}
