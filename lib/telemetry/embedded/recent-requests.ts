import type { CorrelationId } from '@/lib/correlation-id/grammar';
import { answerCodeOf } from '../conventions';
import { summarizeCulprit } from '../culprit';
import type { Answer, CallOptions, RecentQuery, RootSummary, Span } from '../model';
import { queryRows } from './query';
import { spanFilterCondition } from './span-filter';
import { SPAN_COLUMNS, toSpans, type SpanRow } from './span-rows';

const MAX_ERROR_SPANS = 5_000;
/** Below so many requests of an operation its median says nothing. */
const LEAST_FOR_MEDIAN = 20;

/** Slow: over three times the median of the same operation in the window. */
const STATE_CONDITION = {
  all: 'true',
  failed: `outcome = 'failed'`,
  succeeded: `outcome = 'good' AND ended`,
  slow: `outcome <> 'failed'
      AND known >= ${LEAST_FOR_MEDIAN}
      AND end_ns - start_ns > 3 * median_ns`,
} as const satisfies Record<RecentQuery['state'], string>;

const MEDIANS = `
    JOIN (
      SELECT
        service,
        name,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY end_ns - start_ns) AS median_ns,
        count(*) AS known
      FROM roots
      GROUP BY service, name
    ) AS medians USING (service, name)`;

const ORDER = { newest: 'start_ns', slowest: 'end_ns - start_ns' } as const;

/**
 * Roots in a window ($1, $2) of one service or all ($3): spans without a parent that somebody
 * called.
 */
const ROOTS = `
      SELECT *
      FROM telemetry.span_rows
      WHERE parent_span_id IS NULL
        AND kind <> 'internal'
        AND start_ns >= $1
        AND start_ns < $2
        AND ($3::text IS NULL OR service = $3)`;

/** Attempts that share a correlation id are one request. */
const REQUEST_COUNT = `count(DISTINCT coalesce(correlation_id, encode(trace_id, 'hex')))`;

interface RootRow extends SpanRow {
  readonly correlation_id: CorrelationId | null;
  readonly total: bigint;
}

/** Requests by their roots, with the span that explains each failure. */
export async function recentRequests(
  query: RecentQuery,
  options: CallOptions,
): Promise<Answer<{ roots: RootSummary[]; total: number | undefined }>> {
  const parameters = [query.window.startNs, query.window.endNs, query.service ?? null];
  const filter = spanFilterCondition(query.spanFilter, parameters.length + 2);
  const rows = await queryRows<RootRow>(
    `
    WITH roots AS MATERIALIZED (${ROOTS}
    )
    SELECT *, (SELECT ${REQUEST_COUNT} FROM roots) AS total
    FROM roots
    ${query.state === 'slow' ? MEDIANS : ''}
    WHERE ${STATE_CONDITION[query.state]}
      AND ${filter.sql}
    ORDER BY ${ORDER[query.order ?? 'newest']} DESC
    LIMIT $4`,
    [...parameters, query.limit, ...filter.values],
    options,
  );
  const total = rows[0]?.total ?? (await countRequests(parameters, options));
  const failed = rows.filter((row) => row.outcome === 'failed');
  const errorSpans = await errorSpansOf(
    failed.map((row) => row.trace_id),
    options,
  );
  const errorsByTrace = Map.groupBy(errorSpans, (span) => span.traceId);
  const roots = toSpans(rows.map((row) => ({ ...row, resource: null }))).map((span, index) =>
    summarize(span, rows[index]!.correlation_id, errorsByTrace.get(span.traceId) ?? []),
  );
  return { data: { roots, total: Number(total) }, partial: [] };
}

async function countRequests(parameters: unknown[], options: CallOptions): Promise<bigint> {
  const [row] = await queryRows<{ total: bigint }>(
    `
    SELECT ${REQUEST_COUNT} AS total
    FROM (${ROOTS}
    ) AS roots`,
    parameters,
    options,
  );
  return row!.total;
}

async function errorSpansOf(traceIds: readonly Buffer[], options: CallOptions): Promise<Span[]> {
  if (traceIds.length === 0) return [];
  const rows = await queryRows<SpanRow>(
    `
    SELECT ${SPAN_COLUMNS}, NULL AS resource
    FROM telemetry.span_rows
    WHERE trace_id = ANY($1::bytea[])
      AND outcome <> 'good'
    LIMIT ${MAX_ERROR_SPANS}`,
    [traceIds],
    options,
  );
  return toSpans(rows);
}

function summarize(
  root: Span,
  correlationId: CorrelationId | null,
  errorSpans: readonly Span[],
): RootSummary {
  return {
    traceId: root.traceId,
    correlationId: correlationId ?? undefined,
    service: root.service,
    name: root.name,
    startNs: root.startNs,
    durationNs: root.endNs - root.startNs,
    failed: root.outcome === 'failed',
    status: answerCodeOf(root) ?? root.statusMessage,
    culprit: summarizeCulprit(errorSpans),
  };
}
