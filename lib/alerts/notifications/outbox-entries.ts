import type { PoolClient } from 'pg';
import { enqueueJobs } from '@/lib/jobs/queue';
import { epochMs, type EpochMs } from '@/lib/time/units';
import { captureRequest } from '../analysis/capture-jobs';
import { inSeriesTransaction } from '../episodes/transaction';
import { silenceRequest } from '../responses/silence-jobs';
import { channelQueue, notifyJob } from './escalation';

interface Entry {
  readonly dedupe_key: string;
  readonly kind: string;
  readonly payload: Readonly<Record<string, string | number>>;
  readonly episode_id: string | null;
  readonly due_at: Date;
  readonly attempts: number;
  readonly source: string | null;
}

/** Small: nobody else changes series while one is moved. */
const BATCH_SIZE = 200;

/**
 * Makes jobs of what `alert_outbox` still holds: entries from before the job queue, and those that
 * a replica of the version before adds during an upgrade. Keys, times and attempts stay, so that a
 * receiver can tell a notification that it has already. The table is dropped in a later version,
 * and this with it.
 * @returns how many were moved
 */
export async function moveOutboxEntries(): Promise<number> {
  let moved = 0;
  let batch: number;
  do {
    // Under the lock of whoever adds jobs for series: two orders of the same keys would deadlock.
    batch = await inSeriesTransaction(moveBatch);
    moved += batch;
  } while (batch === BATCH_SIZE);
  return moved;
}

async function moveBatch(client: PoolClient): Promise<number> {
  // One that was tried and is due later may be leased: the process of the version before sends it.
  const { rows } = await client.query<Entry>(
    `WITH moved AS (
       UPDATE alert_outbox
          SET done_at = now(),
              outcome = 'moved to the job queue'
        WHERE id IN (
                SELECT id
                  FROM alert_outbox
                 WHERE done_at IS NULL
                   AND (
                         attempts = 0
                      OR due_at <= now()
                   )
                 ORDER BY due_at
                 LIMIT $1
                   FOR UPDATE SKIP LOCKED
              )
       RETURNING dedupe_key, kind, payload, episode_id, due_at, attempts
     )
     SELECT moved.*, s.source
       FROM moved
       LEFT JOIN alert_episodes e ON e.id = moved.episode_id
       LEFT JOIN alert_series s ON s.id = e.series_id`,
    [BATCH_SIZE],
  );
  for (const entry of rows) await enqueueEntry(client, entry);
  return rows.length;
}

type Executor = Parameters<typeof enqueueJobs>[0];

async function enqueueEntry(executor: Executor, entry: Entry): Promise<void> {
  const { dedupe_key: key, kind, payload, episode_id: episodeId, attempts } = entry;
  // Such an entry was never written.
  if (episodeId === null) return;
  const when = { runAt: epochMs(entry.due_at.getTime()) as EpochMs, attempt: attempts + 1 };
  if (kind === 'escalate') {
    const channel = String(payload.channel);
    const minutes = Number(payload.minutes);
    return enqueueJobs(executor, [
      {
        kind: notifyJob,
        payload: { channel, episodeId, minutes },
        key,
        queue: channelQueue(channel),
        ...when,
      },
    ]);
  }
  if (kind === 'silence') {
    const acknowledgement = String(payload.acknowledgement);
    const request = silenceRequest({ acknowledgement, episodeId }, entry.source ?? '');
    return enqueueJobs(executor, [{ ...request, ...when }]);
  }
  const reason = payload.reason === 'acknowledged' ? 'acknowledged' : 'fired';
  const request = captureRequest({ service: String(payload.service), reason, episodeId });
  return enqueueJobs(executor, [{ ...request, ...when }], { keepRunAt: true });
}
