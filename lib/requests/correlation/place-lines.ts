import type { LogLine } from '@/lib/telemetry/model';
import type { UnattachedReason } from '../contract';
import { skewOfLine, type ClockShift } from './skew';
import type { SpanNode } from './tree';

export interface PlacedLine {
  readonly line: LogLine;
  readonly offset: number;
  readonly skew: number;
  /** Index of its span, or -1. */
  readonly node: number;
  readonly unattached: UnattachedReason | null;
}

/** Ties lines to their spans on the request's axis, oldest first. None is dropped. */
export function placeLines(
  logs: readonly LogLine[],
  nodes: readonly SpanNode[],
  originNs: bigint,
  skew: ReadonlyMap<string, ClockShift>,
): PlacedLine[] {
  const nodeOf = spanFinder(nodes);
  const traces = new Set<string>(nodes.map(({ span }) => span.traceId));
  return logs
    .map((line): PlacedLine => {
      const node = nodeOf(line);
      const shift = skewOfLine(line, skew);
      return {
        line,
        node,
        skew: shift,
        offset: Number(line.timeNs - originNs) + shift,
        unattached: node >= 0 ? null : unattachedReason(line, traces),
      };
    })
    .sort((a, b) => a.offset - b.offset || compareIds(a.line.id, b.line.id));
}

/** Of more that share one id than this only the first are compared. */
const MAX_COMPARED = 50;

/**
 * Finds the span that a line names, -1 where it is not there. Of several that share the id it is
 * the one of the line's service, of these the one that was running, else the first.
 */
function spanFinder(nodes: readonly SpanNode[]): (line: LogLine) => number {
  const firsts = new Map<string, number>();
  const shared = new Map<string, number[]>();
  nodes.forEach(({ span }, index) => {
    const id = span.traceId + span.spanId;
    const first = firsts.get(id);
    const sharing = shared.get(id);
    if (first === undefined) firsts.set(id, index);
    else if (!sharing) shared.set(id, [first, index]);
    else if (sharing.length < MAX_COMPARED) sharing.push(index);
  });
  return (line) => {
    const id = `${line.traceId}${line.spanId}`;
    const sharing = shared.get(id);
    if (!sharing) return firsts.get(id) ?? -1;
    const ofService = sharing.filter((index) => nodes[index]!.span.service === line.service);
    const likely = ofService.length > 0 ? ofService : sharing;
    const running = likely.find((index) => {
      const { startNs, endNs } = nodes[index]!.span;
      return startNs <= line.timeNs && line.timeNs <= endNs;
    });
    return running ?? likely[0]!;
  };
}

/** Ids are numbers as text: the shorter is the smaller. */
const compareIds = (a: string, b: string) => a.length - b.length || (a < b ? -1 : 1);

function unattachedReason(line: LogLine, traces: ReadonlySet<string>): UnattachedReason {
  if (!line.traceId) return 'no_trace_id';
  if (!line.spanId) return 'no_span_id';
  return traces.has(line.traceId) ? 'span_not_found' : 'trace_not_found';
}
