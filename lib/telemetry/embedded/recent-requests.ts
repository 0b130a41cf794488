import type { Answer, CallOptions, RecentQuery, RootSummary } from '../model';
import { queryRows } from './query';
import {
  NOT_TOO_EARLY,
  selectRequests,
  summarizeRoot,
  toRootSpans,
  type RootRow,
} from './request-roots';
import { SPAN_COLUMNS } from './span-rows';

/** Below so many requests of an operation its median says nothing. */
const LEAST_FOR_MEDIAN = 20;

const MEDIANS = `
      JOIN (
        SELECT
          service,
          name,
          percentile_cont(0.5) WITHIN GROUP (ORDER BY end_ns - start_ns) AS median_ns,
          count(*) AS known
        FROM requests
        WHERE ended
        GROUP BY service, name
      ) AS medians USING (service, name)`;

/** Slow: over three times the median of the same operation in the window. */
const STATE_CONDITION = {
  all: { where: 'true' },
  failed: { where: `outcome = 'failed'` },
  succeeded: { where: `outcome = 'good' AND ended` },
  slow: {
    join: MEDIANS,
    where: `outcome <> 'failed'
        AND known >= ${LEAST_FOR_MEDIAN}
        AND end_ns - start_ns > 3 * median_ns`,
  },
} as const satisfies Record<RecentQuery['state'], { join?: string; where: string }>;

const ORDER = { newest: 'start_ns', slowest: 'end_ns - start_ns' } as const;

interface CountedRow extends RootRow {
  readonly total: bigint;
}

/** Requests by their roots, and how many there were of any state. */
export async function recentRequests(
  query: RecentQuery,
  options: CallOptions,
): Promise<Answer<{ roots: RootSummary[]; total: number | undefined }>> {
  const selection = selectRequests(query, STATE_CONDITION[query.state]);
  const order = ORDER[query.order ?? 'newest'];
  const rows = await queryRows<CountedRow | { trace_id: null; total: bigint }>(
    `
    WITH ${selection.sql},
    listed AS (
      SELECT trace_id, span_id, start_ns
      FROM selected
      ORDER BY ${order} DESC
      LIMIT $${selection.values.length + 1}
    ),
    listed_rows AS (
      SELECT ${SPAN_COLUMNS}, correlation_id
      FROM listed
      JOIN telemetry.span_rows USING (trace_id, span_id, start_ns)
      WHERE ${NOT_TOO_EARLY}
    )
    SELECT *
    FROM (SELECT count(*) AS total FROM requests) AS counted
    LEFT JOIN listed_rows ON true
    ORDER BY ${order} DESC`,
    [...selection.values, query.limit],
    options,
  );
  const found = rows.filter((row): row is CountedRow => row.trace_id !== null);
  const roots = toRootSpans(found).map((root, index) =>
    summarizeRoot(root, found[index]!.correlation_id),
  );
  return { data: { roots, total: Number(rows[0]!.total) }, partial: [] };
}
