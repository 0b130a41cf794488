import type { LogLine } from '@/lib/telemetry/model';
import type { UnattachedReason } from '../contract';
import { skewOfLine } from './skew';
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
  skew: ReadonlyMap<string, number>,
): PlacedLine[] {
  const bySpan = new Map<string, number>();
  const traces = new Set<string>();
  nodes.forEach(({ span }, index) => {
    bySpan.set(span.traceId + span.spanId, index);
    traces.add(span.traceId);
  });
  return logs
    .map((line): PlacedLine => {
      const node = bySpan.get(`${line.traceId}${line.spanId}`) ?? -1;
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

/** Ids are numbers as text: the shorter is the smaller. */
const compareIds = (a: string, b: string) => a.length - b.length || (a < b ? -1 : 1);

function unattachedReason(line: LogLine, traces: ReadonlySet<string>): UnattachedReason {
  if (!line.traceId) return 'no_trace_id';
  if (!line.spanId) return 'no_span_id';
  return traces.has(line.traceId) ? 'span_not_found' : 'trace_not_found';
}
