import type { CorrelationId } from '@/lib/correlation-id/grammar';
import type { Window } from '@/lib/time/units';
import { answerCodeOf } from '../conventions';
import type { RootSummary, Span, SpanFilter } from '../model';
import { spanFilterCondition } from './span-filter';
import { toSpans, type SpanRow } from './span-rows';

/** Which requests are asked for, and the values of their parameters. */
export interface RequestSelection {
  /** Common table expressions, the last one `selected`: one row a request, by its root. */
  readonly sql: string;
  readonly values: readonly unknown[];
}

/**
 * Roots in a window ($1, $2) of one service or all ($3): of each trace the first span without a
 * parent, if somebody called it. A root that failed and was tried again did not decide its
 * request; a message that is taken again is a message of its own.
 */
const ROOTS = `
    first_spans AS (
      SELECT DISTINCT ON (trace_id)
        trace_id,
        span_id,
        start_ns,
        end_ns,
        kind,
        outcome,
        ended,
        service,
        name,
        coalesce(correlation_id, encode(trace_id, 'hex')) AS request
      FROM telemetry.span_rows
      WHERE parent_span_id IS NULL
        AND start_ns >= $1
        AND start_ns < $2
        AND ($3::text IS NULL OR service = $3)
      ORDER BY trace_id, start_ns, end_ns DESC
    ),
    roots AS MATERIALIZED (
      SELECT
        *,
        outcome = 'failed'
          AND kind <> 'consumer'
          AND coalesce(lead(start_ns) OVER attempts >= end_ns, false) AS is_retried
      FROM first_spans
      WHERE kind <> 'internal'
      WINDOW attempts AS (PARTITION BY request, service, name ORDER BY start_ns)
    )`;

/**
 * One row a request: a root that failed for good, else the first operation's last attempt. Joins of
 * such tables are avoided, since nothing is known of their sizes when they are planned.
 */
const REQUESTS = `
    requests AS MATERIALIZED (
      SELECT DISTINCT ON (request)
        *,
        array_agg(trace_id) OVER (PARTITION BY request) AS trace_ids
      FROM roots
      ORDER BY
        request,
        outcome = 'failed' AND NOT is_retried DESC,
        kind = 'consumer',
        is_retried,
        start_ns
    )`;

/** Spans of a trace that began so long before its window are not looked for. */
const MAX_EARLY_NS = 3_600_000_000_000n;

/**
 * The requests of a window that meet a condition, and that have a span like the filter in any of
 * their traces.
 * @param condition SQL about `requests`, and what it joins
 */
export function selectRequests(
  query: {
    readonly window: Window;
    readonly service?: string | undefined;
    readonly spanFilter?: SpanFilter | undefined;
  },
  condition: { readonly join?: string; readonly where: string },
): RequestSelection {
  const { window, service, spanFilter } = query;
  const values = [
    window.startNs,
    window.endNs,
    service ?? null,
    window.startNs - MAX_EARLY_NS,
  ] as const;
  const filter = spanFilterCondition(spanFilter, values.length + 1);
  return {
    values: [...values, ...filter.values],
    sql: `${ROOTS},${REQUESTS},
    selected AS MATERIALIZED (
      SELECT requests.*
      FROM requests
      ${condition.join ?? ''}
      WHERE ${condition.where}
        AND ${filter.sql}
    )`,
  };
}

/** Where the spans of requests of the window may be: older partitions are not opened. */
export const NOT_TOO_EARLY = 'start_ns >= $4';

/** A root with its whole row. */
export interface RootRow extends SpanRow {
  readonly correlation_id: CorrelationId | null;
}

/** A row of the root of a request as a span. */
export const toRootSpans = (rows: readonly RootRow[]): Span[] =>
  toSpans(rows.map((row) => ({ ...row, resource: null })));

/** The request that a root stands for. */
export function summarizeRoot(root: Span, correlationId: CorrelationId | null): RootSummary {
  return {
    traceId: root.traceId,
    correlationId: correlationId ?? undefined,
    service: root.service,
    name: root.name,
    startNs: root.startNs,
    durationNs: root.endNs - root.startNs,
    outcome: root.outcome,
    ended: root.ended,
    status: answerCodeOf(root) ?? root.statusMessage,
  };
}
