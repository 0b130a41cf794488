import type { CallOptions, Span } from '../model';
import { queryRows } from './query';
import { SPAN_COLUMNS, toSpans, type SpanRow } from './span-rows';

/** So many traces are read in one statement. */
const TRACES_AT_ONCE = 500;
/** Traces are read whole or not at all: while they have no more spans than this together. */
const MAX_SPANS = 400_000;
/** After so long no more are begun, so that what was read is answered before the deadline. */
const MAX_TIME_MS = 3_000;
/** Spans that began so long before the earliest of the roots are not looked for. */
const MAX_EARLY_NS = 3_600_000_000_000n;

/**
 * Reads of each trace what its culprit is found from: the spans that are not good, and those around
 * them up to the root.
 * @param roots of traces, the most wanted first
 * @returns what `explain` makes of each trace that was read; what is missing was too much
 */
export async function readFailurePaths<Explanation>(
  roots: readonly Span[],
  options: CallOptions,
  explain: (root: Span, path: readonly Span[]) => Explanation,
): Promise<Map<Span, Explanation>> {
  const explained = new Map<Span, Explanation>();
  const until = performance.now() + MAX_TIME_MS;
  let left = MAX_SPANS;
  for (let next = 0; next < roots.length; next += TRACES_AT_ONCE) {
    if (left <= 0 || performance.now() > until) break;
    const batch = roots.slice(next, next + TRACES_AT_ONCE);
    const members = await readMembers(batch, left, options);
    left -= members.length;
    // The trace at which the reading ended is not whole.
    const cut = left <= 0 ? members.at(-1)!.place : Infinity;
    const whole = members.filter(({ place }) => place < cut);
    const spans = await readSpans(pathsAmong(whole), options);
    const paths = Map.groupBy(spans, (span) => span.traceId);
    batch.forEach((root, place) => {
      if (place + 1 < cut) explained.set(root, explain(root, paths.get(root.traceId) ?? []));
    });
  }
  return explained;
}

/** The place of a span in its trace, and whether it failed. */
interface Member {
  /** Of its trace among those that were asked for, from 1. */
  readonly place: number;
  readonly trace_id: Buffer;
  readonly span_id: Buffer;
  readonly parent_span_id: Buffer | null;
  readonly start_ns: bigint;
  readonly is_good: boolean;
}

/** All spans of the traces, as far as they are not more than the limit. */
function readMembers(
  roots: readonly Span[],
  limit: number,
  options: CallOptions,
): Promise<Member[]> {
  const earliest = roots.reduce(
    (least, { startNs }) => (startNs < least ? startNs : least),
    roots[0]!.startNs,
  );
  // LATERAL: trace by trace over the key, however many the planner expects.
  return queryRows<Member>(
    `
    SELECT place::int, spans.*
    FROM unnest($1::bytea[]) WITH ORDINALITY AS wanted (id, place)
    CROSS JOIN LATERAL (
      SELECT
        trace_id,
        span_id,
        parent_span_id,
        start_ns,
        outcome = 'good' AS is_good
      FROM telemetry.span_rows
      WHERE trace_id = id
        AND start_ns >= $2
    ) AS spans
    ORDER BY place
    LIMIT $3`,
    [roots.map(({ traceId }) => Buffer.from(traceId, 'hex')), earliest - MAX_EARLY_NS, limit],
    options,
  );
}

/** Those that are not good, and all above them. */
export function pathsAmong<Each extends Member>(members: readonly Each[]): Each[] {
  const keyOf = (member: Member, id: Buffer) => `${member.place} ${id.toString('latin1')}`;
  const byId = Map.groupBy(members, (member) => keyOf(member, member.span_id));
  const wanted = new Set<string>();
  const climb = (from: Each) => {
    const path = [keyOf(from, from.span_id)];
    for (let key = path.pop(); key !== undefined; key = path.pop()) {
      if (wanted.has(key)) continue;
      wanted.add(key);
      for (const member of byId.get(key) ?? [])
        if (member.parent_span_id) path.push(keyOf(member, member.parent_span_id));
    }
  };
  for (const member of members) if (!member.is_good) climb(member);
  return [...wanted].flatMap((key) => byId.get(key) ?? []);
}

async function readSpans(members: readonly Member[], options: CallOptions): Promise<Span[]> {
  if (members.length === 0) return [];
  const rows = await queryRows<SpanRow>(
    `
    SELECT ${SPAN_COLUMNS}, resources.attributes AS resource
    FROM unnest($1::bytea[], $2::bytea[], $3::bigint[]) AS wanted (trace, span, start)
    CROSS JOIN LATERAL (
      SELECT *
      FROM telemetry.span_rows
      WHERE trace_id = trace
        AND span_id = span
        AND start_ns = start
    ) AS spans
    LEFT JOIN telemetry.resources ON resources.hash = resource_hash`,
    [
      members.map((member) => member.trace_id),
      members.map((member) => member.span_id),
      members.map((member) => member.start_ns),
    ],
    options,
  );
  return toSpans(rows);
}
