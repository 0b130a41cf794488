import { writePool } from '@/lib/db/pool';
import { setInsert, type InsertColumn } from '@/lib/db/set-insert';
import { processState } from '@/lib/config/process-state';
import type { CorrelationId, TraceId } from '@/lib/correlation-id/grammar';
import { metrics } from '@/lib/observability/metrics';
import { MINUTE_MS } from '@/lib/time/units';
import type { CallOptions } from '../model';
import { explainPartial, type PartialReason } from '../partial-reason';
import type { Rejection, RejectionReason, Signal } from '../rejection';
import { queryRows } from './query';

/**
 * Requests that are named in a minute, a process: one broken sender must not fill the store with
 * what it cannot keep. The rest is counted without a name.
 */
const MAX_NAMED_PER_MINUTE = 200;

const named = processState('telemetry.named-rejections', () => ({ minute: 0, rows: 0 }));

interface RejectionRow {
  readonly minute: Date;
  readonly signal: Signal;
  readonly reason: RejectionReason;
  readonly traceId: string;
  readonly correlationId: string;
  items: number;
}

const COLUMNS: readonly InsertColumn<RejectionRow>[] = [
  { name: 'minute', type: 'timestamptz', value: (row) => row.minute },
  { name: 'signal', type: 'text', value: (row) => row.signal },
  { name: 'reason', type: 'text', value: (row) => row.reason },
  {
    name: 'trace_id',
    type: 'text',
    stored: `decode(trace_id, 'hex')`,
    value: (row) => row.traceId,
  },
  { name: 'correlation_id', type: 'text', value: (row) => row.correlationId },
  { name: 'items', type: 'bigint', value: (row) => row.items },
];

const INSERT = setInsert(
  'telemetry.rejections',
  COLUMNS,
  `ON CONFLICT (minute, signal, reason, trace_id, correlation_id)
   DO UPDATE SET items = rejections.items + EXCLUDED.items`,
);

/** Counts what was rejected, and notes it for the requests and the source it is missing from. */
export async function noteRejections(
  signal: Signal,
  rejected: readonly Rejection[],
): Promise<void> {
  if (rejected.length === 0) return;
  const rows = rowsOf(signal, rejected, Date.now());
  for (const { reason, items } of rows) metrics().intakeRejected.inc({ signal, reason }, items);
  await writePool().query(INSERT.text, INSERT.values(rows));
}

function rowsOf(
  signal: Signal,
  rejected: readonly Rejection[],
  nowMs: number,
): readonly RejectionRow[] {
  const minute = Math.floor(nowMs / MINUTE_MS);
  const budget = named();
  if (budget.minute !== minute) Object.assign(budget, { minute, rows: 0 });
  const rows = new Map<string, RejectionRow>();
  for (const { reason, ...ids } of rejected) {
    const known = { traceId: ids.traceId ?? '', correlationId: ids.correlationId ?? '' };
    const key = `${reason} ${known.traceId} ${known.correlationId}`;
    const isNamed = known.traceId !== '' || known.correlationId !== '';
    const isOver = isNamed && !rows.has(key) && budget.rows >= MAX_NAMED_PER_MINUTE;
    if (isNamed && !isOver && !rows.has(key)) budget.rows += 1;
    const owner = isOver ? { traceId: '', correlationId: '' } : known;
    const rowKey = isOver ? `${reason}  ` : key;
    const row = rows.get(rowKey);
    if (row) row.items += 1;
    else
      rows.set(rowKey, {
        minute: new Date(minute * MINUTE_MS),
        signal,
        reason,
        ...owner,
        items: 1,
      });
  }
  // In one order, so that two writers of the same rows do not wait for each other in a circle.
  return [...rows].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}

interface Counted {
  readonly reason: RejectionReason;
  readonly items: bigint;
}

/** What was rejected of these requests: reasons why the answer about them is not all. */
export async function rejectionsOf(
  signal: Signal,
  ids: {
    readonly traceIds: readonly TraceId[];
    readonly correlationIds: readonly CorrelationId[];
  },
  options: CallOptions,
): Promise<PartialReason[]> {
  const rows = await queryRows<Counted>(
    `
    SELECT reason, sum(items)::bigint AS items
    FROM telemetry.rejections
    WHERE signal = $1
      AND (
        trace_id IN (SELECT decode(hex_id, 'hex') FROM unnest($2::text[]) AS trace_ids (hex_id))
        OR correlation_id = ANY($3::text[])
      )
    GROUP BY reason
    ORDER BY reason`,
    [signal, ids.traceIds, ids.correlationIds],
    options,
  );
  return rows.map(({ reason, items }) =>
    explainPartial({ code: 'rejected_when_sent', signal, reason, count: Number(items) }),
  );
}

/** What was rejected within the last hour, whoever it belonged to. */
export async function recentRejections(
  signal: Signal,
  options: CallOptions,
): Promise<{ reason: RejectionReason; items: number }[]> {
  const rows = await queryRows<Counted>(
    `
    SELECT reason, sum(items)::bigint AS items
    FROM telemetry.rejections
    WHERE signal = $1
      AND minute > now() - interval '1 hour'
    GROUP BY reason
    ORDER BY items DESC`,
    [signal],
    options,
  );
  return rows.map(({ reason, items }) => ({ reason, items: Number(items) }));
}
