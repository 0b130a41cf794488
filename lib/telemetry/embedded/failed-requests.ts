import { summarizeCulprit } from '../culprit';
import { failureKindOf } from '../failure-signature';
import type { Answer, CallOptions, FailedRequest, Failures, FailuresQuery } from '../model';
import { explainPartial, type PartialReason } from '../partial-reason';
import { readFailurePaths } from './failure-paths';
import { queryRows } from './query';
import {
  NOT_TOO_EARLY,
  selectRequests,
  summarizeRoot,
  toRootSpans,
  type RootRow,
} from './request-roots';
import { SPAN_COLUMNS } from './span-rows';

interface FailedRow extends RootRow {
  readonly total: bigint;
  readonly failed_total: bigint;
}

/**
 * The failed requests of a window, each with its culprit. Over the limit a sample of them: each
 * operation in turn gives one by chance, so that rare ones stay and times are spread as they were.
 */
export async function failedRequests(
  query: FailuresQuery,
  options: CallOptions,
): Promise<Answer<Failures>> {
  const selection = selectRequests(query, { where: `outcome = 'failed'` });
  const rows = await queryRows<FailedRow | (Omit<FailedRow, 'trace_id'> & { trace_id: null })>(
    `
    WITH ${selection.sql},
    ranked AS (
      SELECT
        trace_id,
        span_id,
        start_ns,
        row_number() OVER (PARTITION BY service, name ORDER BY md5(trace_id)) AS turn
      FROM selected
    ),
    sample AS (
      SELECT *
      FROM ranked
      ORDER BY turn
      LIMIT $${selection.values.length + 1}
    ),
    sample_rows AS (
      SELECT ${SPAN_COLUMNS}, correlation_id, turn
      FROM sample
      JOIN telemetry.span_rows USING (trace_id, span_id, start_ns)
      WHERE ${NOT_TOO_EARLY}
    )
    SELECT *
    FROM (
      SELECT
        (SELECT count(*) FROM requests) AS total,
        (SELECT count(*) FROM selected) AS failed_total
    ) AS counted
    LEFT JOIN sample_rows ON true
    ORDER BY turn`,
    [...selection.values, query.limit],
    options,
  );
  const { total, failed_total: failedTotal } = rows[0]!;
  const sample = rows.filter((row): row is FailedRow => row.trace_id !== null);
  const requests = await explain(sample, options);
  return {
    data: {
      requests: requests.toSorted((a, b) => Number(b.startNs - a.startNs)),
      failedTotal: Number(failedTotal),
      total: Number(total),
    },
    partial: limitsOf(requests, Number(failedTotal)),
  };
}

async function explain(rows: readonly FailedRow[], options: CallOptions): Promise<FailedRequest[]> {
  const roots = toRootSpans(rows);
  const culprits = await readFailurePaths(roots, options, (root, path) => {
    const { service, name } = root;
    return summarizeCulprit(path) ?? { service, name, errorType: failureKindOf(root) };
  });
  return roots.map((root, index) => ({
    ...summarizeRoot(root, rows[index]!.correlation_id),
    culprit: culprits.get(root),
  }));
}

function limitsOf(requests: readonly FailedRequest[], failedTotal: number): PartialReason[] {
  const read = requests.length;
  const unread = requests.filter(({ culprit }) => culprit === undefined).length;
  const sampled = read < failedTotal;
  return [
    ...(sampled ? [explainPartial({ code: 'failures_sampled', read, of: failedTotal })] : []),
    ...(unread > 0 ? [explainPartial({ code: 'causes_unread', count: unread, of: read })] : []),
  ];
}
