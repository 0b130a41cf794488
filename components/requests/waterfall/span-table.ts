// Pure: runs in browsers too.
import type { SpanRow } from '@/lib/requests/contract';
import {
  FLAG_CRITICAL,
  FLAG_EXCEPTION,
  FLAG_FAILED,
  FLAG_IMPLAUSIBLE,
  FLAG_OPEN,
  type Columns,
} from '@/lib/requests/view/columns';

/** A span without a parent, or an id that is not in the table. */
export const NO_POSITION = -1;

/**
 * The spans of a request by position, in the order of the page. Whole spans may be here, or only
 * their shape. Times are nanoseconds from the start of the request.
 */
export interface SpanTable {
  readonly count: number;
  readonly services: readonly string[];
  /** Position of the parent, or `NO_POSITION`. */
  readonly parent: Int32Array;
  readonly depth: Uint16Array;
  /** One past the last position of a subtree. */
  readonly end: Int32Array;
  readonly lane: (position: number) => number;
  readonly service: (position: number) => string;
  readonly failed: (position: number) => boolean;
  /** An exception is recorded, and nothing says how it ended. */
  readonly hasException: (position: number) => boolean;
  /** Its end was received. */
  readonly ended: (position: number) => boolean;
  readonly critical: (position: number) => boolean;
  /** Its times can be true: it is drawn where they are. */
  readonly timed: (position: number) => boolean;
  readonly startNs: (position: number) => number;
  readonly durationNs: (position: number) => number;
  /** The whole span, where it has been loaded. */
  readonly span: (position: number) => SpanRow | undefined;
  readonly positionOf: (id: string) => number;
}

type TreeShape = Pick<SpanTable, 'parent' | 'depth' | 'end'>;

/** Parents stand before their children, so one pass forwards and one backwards are enough. */
function treeShape(count: number, parentOf: (position: number) => number): TreeShape {
  const parent = new Int32Array(count);
  const depth = new Uint16Array(count);
  const end = new Int32Array(count);
  for (let position = 0; position < count; position += 1) {
    const above = parentOf(position);
    parent[position] = above;
    depth[position] = above === NO_POSITION ? 0 : depth[above]! + 1;
    end[position] = position + 1;
  }
  for (let position = count - 1; position >= 0; position -= 1) {
    const above = parent[position]!;
    if (above !== NO_POSITION) end[above] = Math.max(end[above]!, end[position]!);
  }
  return { parent, depth, end };
}

/**
 * @param clock whether spans stand where their host's clock put them, or where it was corrected to
 */
export function spanTableFromRows(rows: readonly SpanRow[], clock: 'adjusted' | 'raw'): SpanTable {
  const positions = new Map<string, number>();
  for (const [position, { id }] of rows.entries()) {
    if (!positions.has(id)) positions.set(id, position);
  }
  const positionOf = (id: string | null) => positions.get(id ?? '') ?? NO_POSITION;
  const at = (position: number) => rows[position]!;
  const skewNs = (position: number) => (clock === 'raw' ? at(position).skewNs : 0);
  return {
    count: rows.length,
    services: [...new Set(rows.map((row) => row.service))],
    ...treeShape(rows.length, (position) => positionOf(at(position).parent)),
    lane: (position) => at(position).lane,
    service: (position) => at(position).service,
    failed: (position) => at(position).failed,
    hasException: (position) => at(position).outcome === 'exception',
    ended: (position) => at(position).ended,
    critical: (position) => at(position).critical,
    timed: (position) => at(position).implausible === undefined,
    startNs: (position) => at(position).startOffsetNs - skewNs(position),
    durationNs: (position) => at(position).durationNs,
    span: (position) => rows[position],
    positionOf,
  };
}

/**
 * The table of a large request.
 * @param loaded the whole spans that were on the screen, by position
 * @param positions where the spans stand that the verdict and the annotations name
 */
export function spanTableFromColumns(
  columns: Columns,
  loaded: ReadonlyMap<number, SpanRow>,
  positions: Readonly<Record<string, number>>,
): SpanTable {
  const loadedPosition = (id: string) => [...loaded].find(([, span]) => span.id === id)?.[0];
  const flagged = (position: number, flag: number) => (columns.flags[position]! & flag) !== 0;
  return {
    count: columns.count,
    services: columns.services,
    ...treeShape(columns.count, (position) => columns.parent[position]!),
    lane: (position) => columns.lane[position]!,
    service: (position) => columns.services[columns.service[position]!] ?? '',
    failed: (position) => flagged(position, FLAG_FAILED),
    hasException: (position) => flagged(position, FLAG_EXCEPTION),
    ended: (position) => !flagged(position, FLAG_OPEN),
    critical: (position) => flagged(position, FLAG_CRITICAL),
    timed: (position) => !flagged(position, FLAG_IMPLAUSIBLE),
    startNs: (position) => columns.start[position]!,
    durationNs: (position) => columns.duration[position]!,
    span: (position) => loaded.get(position),
    positionOf: (id) => positions[id] ?? loadedPosition(id) ?? NO_POSITION,
  };
}

/** Position and number of the spans that failed; the first is the one that started first. */
export function failedSpans(table: SpanTable): { count: number; first: number } {
  let count = 0;
  let first = NO_POSITION;
  for (let position = 0; position < table.count; position += 1) {
    if (!table.failed(position)) continue;
    count += 1;
    const earlier = first === NO_POSITION || table.startNs(position) < table.startNs(first);
    if (earlier) first = position;
  }
  return { count, first };
}

/** The next failed span in the order of the page; `NO_POSITION` when there is none that way. */
export function nextFailed(table: SpanTable, from: number, step: 1 | -1): number {
  const nowhere = step > 0 ? -1 : table.count;
  let position = (from === NO_POSITION ? nowhere : from) + step;
  while (position >= 0 && position < table.count) {
    if (table.failed(position)) return position;
    position += step;
  }
  return NO_POSITION;
}
