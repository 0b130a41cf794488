import type { ImplausibleTime, LogLine, Span } from '@/lib/telemetry/model';
import { formatCounted, formatDuration } from '@/lib/time/format';
import { toRfc3339 } from '@/lib/time/units';
import type { Annotation, LogRow, SpanRow } from '../contract';
import type { Correlated } from '../correlation/correlate';

type ImplausibleNote = Extract<Annotation, { kind: 'implausible-time' }>;

/** More kinds of wrong clocks in one request are not told apart. */
const MAX_NOTES = 20;

interface Reported extends ImplausibleTime {
  readonly startNs: bigint;
  readonly endNs: bigint;
}

/** What is said of a span that was set apart. */
export const implausibleSpan = (
  reported: NonNullable<Span['implausible']>,
): NonNullable<SpanRow['implausible']> => ({
  ...described(reported),
  from: toRfc3339(reported.startNs),
  to: toRfc3339(reported.endNs),
});

/** What is said of a line that was set apart. */
export const implausibleLine = (
  reported: NonNullable<LogLine['implausible']>,
): NonNullable<LogRow['implausible']> => described(asInterval(reported));

const asInterval = (reported: NonNullable<LogLine['implausible']>): Reported => ({
  ...reported,
  startNs: reported.timeNs,
  endNs: reported.timeNs,
});

const described = (reported: Reported): NonNullable<LogRow['implausible']> => ({
  reason: reported.reason,
  unit: reported.unit ?? null,
  sentence: `No place in time: ${flawText(reported)}.`,
});

/** Whose times were set apart, and why: one note a service and reason, those with most first. */
export function implausibleNotes(request: Correlated): ImplausibleNote[] {
  const groups = new Map<string, { note: ImplausibleNote; first: Reported }>();
  const add = (service: string, reported: Reported, what: 'spanCount' | 'lineCount') => {
    const { reason, unit = null } = reported;
    const key = `${service}\n${reason}\n${unit}`;
    const group = groups.get(key) ?? {
      first: reported,
      note: {
        kind: 'implausible-time',
        reason,
        unit,
        service,
        spanCount: 0,
        lineCount: 0,
        sentence: '',
      },
    };
    group.note[what] += 1;
    groups.set(key, group);
  };
  for (const { span } of request.tree.nodes)
    if (span.implausible) add(span.service, span.implausible, 'spanCount');
  for (const { line } of request.lines)
    if (line.implausible) add(line.service, asInterval(line.implausible), 'lineCount');
  const countOf = ({ note }: { note: ImplausibleNote }) => note.spanCount + note.lineCount;
  return [...groups.values()]
    .sort((a, b) => countOf(b) - countOf(a))
    .slice(0, MAX_NOTES)
    .map(({ note, first }) => ({ ...note, sentence: noteText(note, first) }));
}

/** "1 span of sensor has no place in time: sent in milliseconds where nanoseconds belong (1970-01-01)." */
function noteText({ service, spanCount, lineCount }: ImplausibleNote, first: Reported): string {
  const what = [
    ...(spanCount ? [formatCounted(spanCount, 'span')] : []),
    ...(lineCount ? [formatCounted(lineCount, 'line')] : []),
  ].join(' and ');
  const verb = spanCount + lineCount === 1 ? 'has' : 'have';
  return `${what} of ${service} ${verb} no place in time: ${flawText(first)}.`;
}

function flawText({ reason, unit, startNs, endNs }: Reported): string {
  const day = toRfc3339(startNs).slice(0, 10);
  switch (reason) {
    case 'wrong_unit':
      return `sent in ${unit} where nanoseconds belong (${day})`;
    case 'too_early':
      return `the clock says ${day}`;
    case 'in_future':
      return `the clock says ${toRfc3339(endNs).slice(0, 10)}`;
    case 'too_long':
      return `it would have lasted ${formatDuration(Number(endNs - startNs))}`;
    case 'far_from_trace':
      return `days from what it belongs to (${day})`;
  }
}
