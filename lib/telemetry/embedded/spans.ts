import { config } from '@/lib/config/load';
import type { CorrelationId, SpanId, TraceId } from '@/lib/correlation-id/grammar';
import { spellingsOf } from '@/lib/correlation-id/spellings';
import type { Window } from '@/lib/time/units';
import type { Answer, CallOptions, Span, TraceHit } from '../model';
import { explainPartial } from '../partial-reason';
import { queryRows } from './query';
import { rejectionsOf } from './rejections';
import { SPAN_COLUMNS, toSpans, type SpanRow } from './span-rows';

const MAX_TRACES = 500;
const MAX_SPANS = 200_000;
const SPANS_CUT = explainPartial({
  code: 'row_limit',
  kept: 'first',
  rows: 'spans',
  limit: MAX_SPANS,
});
const TRACES_CUT = explainPartial({
  code: 'row_limit',
  kept: 'newest',
  rows: 'traces',
  limit: MAX_TRACES,
});

/** The newest traces that carry the id in any of its spellings, with all their spans. */
export async function findTraces(
  id: CorrelationId,
  window: Window,
  options: CallOptions,
): Promise<Answer<TraceHit[]>> {
  const carriesId =
    config().LOOKUP_ATTRIBUTES.length > 0
      ? '(correlation_id = ANY($1::text[]) OR mentions && $1::text[])'
      : 'correlation_id = ANY($1::text[])';
  // LATERAL: trace by trace over the key, however many the planner expects.
  const rows = await queryRows<SpanRow>(
    `
    WITH found AS (
      SELECT trace_id AS found_id, min(start_ns) AS first_ns
      FROM telemetry.span_rows
      WHERE ${carriesId}
        AND start_ns >= $2
        AND start_ns < $3
      GROUP BY trace_id
      ORDER BY first_ns DESC
      LIMIT $4
    )
    SELECT ${SPAN_COLUMNS}, resources.attributes AS resource
    FROM found
    CROSS JOIN LATERAL (
      SELECT *
      FROM telemetry.span_rows
      WHERE trace_id = found_id
      ORDER BY start_ns
      LIMIT $5
    ) AS spans
    LEFT JOIN telemetry.resources ON resources.hash = resource_hash
    LIMIT $5`,
    [spellingsOf(id), window.startNs, window.endNs, MAX_TRACES, MAX_SPANS],
    options,
  );
  const byTrace = Map.groupBy(toSpans(rows), (span) => span.traceId);
  const hits = [...byTrace].map(([traceId, spans]): TraceHit => ({ traceId, spans }));
  const rejected = await rejectionsOf(
    'traces',
    { traceIds: hits.map((hit) => hit.traceId), correlationIds: spellingsOf(id) },
    options,
  );
  return {
    data: hits,
    partial: [
      ...rejected,
      ...(hits.length === MAX_TRACES ? [TRACES_CUT] : []),
      ...(rows.length === MAX_SPANS ? [SPANS_CUT] : []),
    ],
  };
}

/** All spans of one trace. */
export async function readTrace(traceId: TraceId, options: CallOptions): Promise<Answer<Span[]>> {
  const [rows, rejected] = await Promise.all([
    queryRows<SpanRow>(
      `
      SELECT ${SPAN_COLUMNS}, resources.attributes AS resource
      FROM telemetry.span_rows
      LEFT JOIN telemetry.resources ON resources.hash = resource_hash
      WHERE trace_id = decode($1, 'hex')
      ORDER BY start_ns
      LIMIT $2`,
      [traceId, MAX_SPANS],
      options,
    ),
    rejectionsOf('traces', { traceIds: [traceId], correlationIds: [] }, options),
  ]);
  const cut = rows.length === MAX_SPANS ? [SPANS_CUT] : [];
  return { data: toSpans(rows), partial: [...rejected, ...cut] };
}

export async function traceOfSpan(
  spanId: SpanId,
  window: Window,
  options: CallOptions,
): Promise<TraceId | undefined> {
  const [row] = await queryRows<{ trace_id: Buffer }>(
    `
    SELECT trace_id
    FROM telemetry.spans
    WHERE span_id = decode($1, 'hex')
      AND start_ns >= $2
      AND start_ns < $3
    LIMIT 1`,
    [spanId, window.startNs, window.endNs],
    options,
  );
  return row?.trace_id.toString('hex') as TraceId | undefined;
}
