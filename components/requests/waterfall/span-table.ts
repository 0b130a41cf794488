import type { Columns } from '@/lib/requests/view/columns';
import { FLAG_CRITICAL, FLAG_FAILED } from '@/lib/requests/view/columns';
import type { Annotation, Lane, RequestView, SpanRow } from '@/lib/requests/contract';

/** The spans of a request by position, whether whole rows or only their shape is here. */
export interface SpanTable {
  readonly count: number;
  readonly services: readonly string[];
  readonly parent: Int32Array;
  readonly depth: Uint16Array;
  /** One past the last position of a subtree. */
  readonly end: Int32Array;
  readonly lane: (position: number) => number;
  readonly service: (position: number) => string;
  readonly failed: (position: number) => boolean;
  readonly critical: (position: number) => boolean;
  readonly start: (position: number) => number;
  readonly duration: (position: number) => number;
  readonly row: (position: number) => SpanRow | undefined;
  readonly positionOf: (id: string) => number;
}

function shape(
  count: number,
  parentOf: (position: number) => number,
): Pick<SpanTable, 'parent' | 'depth' | 'end'> {
  const parent = new Int32Array(count);
  const depth = new Uint16Array(count);
  const end = new Int32Array(count);
  for (let position = 0; position < count; position += 1) {
    parent[position] = parentOf(position);
    depth[position] = parent[position]! < 0 ? 0 : depth[parent[position]!]! + 1;
    end[position] = position + 1;
  }
  for (let position = count - 1; position >= 0; position -= 1) {
    const above = parent[position]!;
    if (above >= 0) end[above] = Math.max(end[above]!, end[position]!);
  }
  return { parent, depth, end };
}

export function tableOfRows(rows: readonly SpanRow[], raw: boolean): SpanTable {
  const positions = new Map<string, number>();
  rows.forEach((row, position) => positions.has(row.id) || positions.set(row.id, position));
  return {
    count: rows.length,
    services: [...new Set(rows.map((row) => row.service))],
    ...shape(rows.length, (position) =>
      rows[position]!.parent === null ? -1 : (positions.get(rows[position]!.parent!) ?? -1),
    ),
    lane: (position) => rows[position]!.lane,
    service: (position) => rows[position]!.service,
    failed: (position) => rows[position]!.failed,
    critical: (position) => rows[position]!.critical,
    start: (position) => rows[position]!.startOffsetNs - (raw ? rows[position]!.skewNs : 0),
    duration: (position) => rows[position]!.durationNs,
    row: (position) => rows[position],
    positionOf: (id) => positions.get(id) ?? -1,
  };
}

/** `fetched` holds the rows that were on the screen. */
export function tableOfColumns(
  columns: Columns,
  fetched: ReadonlyMap<number, SpanRow>,
  positions: Readonly<Record<string, number>>,
): SpanTable {
  return {
    count: columns.count,
    services: columns.services,
    ...shape(columns.count, (position) => columns.parent[position]!),
    lane: (position) => columns.lane[position]!,
    service: (position) => columns.services[columns.service[position]!] ?? '',
    failed: (position) => (columns.flags[position]! & FLAG_FAILED) !== 0,
    critical: (position) => (columns.flags[position]! & FLAG_CRITICAL) !== 0,
    start: (position) => columns.start[position]!,
    duration: (position) => columns.duration[position]!,
    row: (position) => fetched.get(position),
    positionOf: (id) => positions[id] ?? [...fetched].find(([, row]) => row.id === id)?.[0] ?? -1,
  };
}

type Attempts = Extract<Annotation, { kind: 'attempts' }>;
type Missing = Extract<Annotation, { kind: 'missing-consumer' }>;

/** What stays collapsed when more spans arrive is told by id, where it is known. */
export const collapseKey = (table: SpanTable, position: number): string =>
  table.row(position)?.id ?? String(position);

/** What the waterfall shows, line by line. */
export type Line =
  | { readonly kind: 'lane'; readonly lane: Lane; readonly index: number }
  | { readonly kind: 'span'; readonly position: number }
  | { readonly kind: 'attempts'; readonly group: Attempts; readonly depth: number }
  | { readonly kind: 'missing'; readonly missing: Missing; readonly depth: number }
  | { readonly kind: 'unattached'; readonly count: number };

/** The visible lines, in order: what is collapsed is left out, brackets and absences stand where they belong. */
export function linesOf(
  view: Pick<RequestView, 'lanes' | 'annotations' | 'logs'>,
  table: SpanTable,
  collapsed: ReadonlySet<string>,
): Line[] {
  const brackets = new Map<number, Attempts>();
  const absences = new Map<number, Missing[]>();
  for (const note of view.annotations) {
    if (note.kind === 'attempts') brackets.set(table.positionOf(note.spans[0]!), note);
    if (note.kind === 'missing-consumer')
      absences.set(table.positionOf(note.span), [
        ...(absences.get(table.positionOf(note.span)) ?? []),
        note,
      ]);
  }
  const lines: Line[] = [];
  let lane = -1;
  for (let position = 0; position < table.count; position += 1) {
    if (table.lane(position) !== lane) {
      lane = table.lane(position);
      lines.push({ kind: 'lane', lane: view.lanes[lane]!, index: lane });
    }
    if (collapsed.has(`lane ${view.lanes[lane]!.id}`)) continue;
    const bracket = brackets.get(position);
    if (bracket) lines.push({ kind: 'attempts', group: bracket, depth: table.depth[position]! });
    lines.push({ kind: 'span', position });
    for (const missing of absences.get(position) ?? [])
      lines.push({ kind: 'missing', missing, depth: table.depth[position]! });
    if (collapsed.has(collapseKey(table, position))) position = table.end[position]! - 1;
  }
  const unattached = view.logs.filter((line) => line.unattached).length;
  if (unattached) lines.push({ kind: 'unattached', count: unattached });
  return lines;
}
