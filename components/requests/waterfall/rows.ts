// Pure: runs in browsers too.
import type { Annotation, Lane, RequestView } from '@/lib/requests/contract';
import type { SpanTable } from './span-table';

export type AttemptsAnnotation = Extract<Annotation, { kind: 'attempts' }>;
export type MissingConsumer = Extract<Annotation, { kind: 'missing-consumer' }>;

/** One row of the waterfall. `key` names what collapses with it. */
export type WaterfallRow =
  | { readonly kind: 'lane'; readonly key: string; readonly lane: Lane; readonly index: number }
  | { readonly kind: 'span'; readonly key: string; readonly position: number }
  | { readonly kind: 'attempts'; readonly attempts: AttemptsAnnotation; readonly depth: number }
  | { readonly kind: 'missing-consumer'; readonly missing: MissingConsumer; readonly depth: number }
  | { readonly kind: 'unattached-logs'; readonly count: number };

/** A trace id: no id of a span is one. */
const laneKey = (lane: Lane): string => lane.id;

/** By id where it is known, so that a subtree stays collapsed when more spans arrive. */
const subtreeKey = (table: SpanTable, position: number): string =>
  table.span(position)?.id ?? String(position);

export const hasChildren = (table: SpanTable, position: number): boolean =>
  table.end[position]! > position + 1;

interface SpanAnnotations {
  /** By the position of their first span. */
  readonly attempts: ReadonlyMap<number, AttemptsAnnotation>;
  /** By the position of the producer. */
  readonly missing: ReadonlyMap<number, readonly MissingConsumer[]>;
}

function annotationsByPosition(
  annotations: readonly Annotation[],
  table: SpanTable,
): SpanAnnotations {
  const attempts = new Map<number, AttemptsAnnotation>();
  const missing = new Map<number, MissingConsumer[]>();
  for (const note of annotations) {
    if (note.kind === 'attempts') attempts.set(table.positionOf(note.spans[0]!), note);
    if (note.kind !== 'missing-consumer') continue;
    const position = table.positionOf(note.span);
    missing.set(position, [...(missing.get(position) ?? []), note]);
  }
  return { attempts, missing };
}

/**
 * What the waterfall shows, row by row: a header before each lane, a bracket before the first of
 * several attempts, a consumer that was not seen after its producer, and last how many log lines
 * belong to no span. What is below a collapsed row is left out.
 */
export function waterfallRows(
  view: Pick<RequestView, 'lanes' | 'annotations' | 'logs'>,
  table: SpanTable,
  collapsed: ReadonlySet<string>,
): WaterfallRow[] {
  const { attempts, missing } = annotationsByPosition(view.annotations, table);
  const rows: WaterfallRow[] = [];
  let shownLane = -1;
  let position = 0;
  while (position < table.count) {
    const index = table.lane(position);
    const lane = view.lanes[index]!;
    if (index !== shownLane) rows.push({ kind: 'lane', key: laneKey(lane), lane, index });
    shownLane = index;
    if (collapsed.has(laneKey(lane))) {
      position += 1;
      continue;
    }
    const depth = table.depth[position]!;
    const key = subtreeKey(table, position);
    const group = attempts.get(position);
    if (group) rows.push({ kind: 'attempts', attempts: group, depth });
    rows.push({ kind: 'span', key, position });
    for (const consumer of missing.get(position) ?? []) {
      rows.push({ kind: 'missing-consumer', missing: consumer, depth });
    }
    position = collapsed.has(key) ? table.end[position]! : position + 1;
  }
  const count = view.logs.filter((line) => line.unattached).length;
  if (count > 0) rows.push({ kind: 'unattached-logs', count });
  return rows;
}

/** In which row each span stands. */
export function rowsByPosition(rows: readonly WaterfallRow[]): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  for (const [index, row] of rows.entries()) {
    if (row.kind === 'span') found.set(row.position, index);
  }
  return found;
}
