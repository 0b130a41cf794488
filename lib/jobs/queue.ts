import type { z } from 'zod';
import type { EpochMs } from '@/lib/time/units';

/** A kind of job: its name in the queue, and what its payload must be. */
export interface JobKind<Payload> {
  readonly name: string;
  readonly payload: z.ZodType<Payload>;
}

/**
 * Declares a kind of job. @param name stored with every job: jobs of a name that changed are run by
 * nobody
 */
export const defineJob = <Payload>(
  name: string,
  payload: z.ZodType<Payload>,
): JobKind<Payload> => ({ name, payload });

/** A pg client or pool. */
interface PgExecutor {
  query(text: string, values: unknown[]): Promise<{ rows: unknown[] }>;
}

/** A Prisma client, or the transaction it gives to `$transaction`. */
interface PrismaExecutor {
  $queryRaw(query: TemplateStringsArray, ...values: unknown[]): PromiseLike<unknown>;
}

/** What runs SQL: within a transaction, the job exists if and only if the transaction commits. */
export type SqlExecutor = PgExecutor | PrismaExecutor;

export interface JobOptions {
  /**
   * Names the job: another one with the same key takes the place of one that waits. One that runs
   * already is not touched; the new one then runs after it. At most 512 characters.
   */
  readonly key: string;
  /**
   * Jobs of one queue run one after the other, whatever the replica. Without a queue nothing is
   * waited for.
   */
  readonly queue?: string;
  /** Now, if it is not given. */
  readonly runAt?: EpochMs;
  /** Counted from 1; jobs that were tried less often come first. */
  readonly attempt?: number;
  /**
   * Whether one that waits under the same key keeps its time; otherwise it gets that of this one.
   */
  readonly keepRunAt?: boolean;
}

export interface JobRequest<Payload> extends Omit<JobOptions, 'keepRunAt'> {
  readonly kind: JobKind<Payload>;
  readonly payload: Payload;
}

/**
 * A worker that dies has tried nothing, so that the queue's own count of starts must never give a
 * job up: attempts are counted by `attempt`, and given up by the handler.
 */
const MAX_STARTS = 32_767;
const LARGEST_PRIORITY = 32_767;

/** The queue's priority is how often a job was tried before: first attempts come before retries. */
export const priorityOf = (attempt: number): number =>
  Math.min(LARGEST_PRIORITY, Math.max(0, attempt - 1));
export const attemptOf = (priority: number): number => priority + 1;

/**
 * Adds a job, in the transaction of `executor` if it has one.
 * @throws ZodError when the payload is not one of the kind
 */
export function enqueueJob<Payload>(
  executor: SqlExecutor,
  kind: JobKind<Payload>,
  payload: Payload,
  { keepRunAt = false, ...options }: JobOptions,
): Promise<void> {
  return enqueueJobs(executor, [{ kind, payload, ...options }], { keepRunAt });
}

/**
 * Adds many jobs with one statement; of those with the same key the last counts. @throws ZodError
 * as `enqueueJob`
 */
export async function enqueueJobs<Payload>(
  executor: SqlExecutor,
  requests: readonly JobRequest<Payload>[],
  { keepRunAt = false }: { readonly keepRunAt?: boolean } = {},
): Promise<void> {
  if (requests.length === 0) return;
  const byKey = new Map(requests.map((request) => [request.key, jobSpec(request)]));
  const specs = JSON.stringify([...byKey.values()]);
  await runSql(
    executor,
    sql`SELECT count(*)::int AS added
          FROM graphile_worker.add_jobs(
                 ARRAY(
                   SELECT json_populate_recordset(
                            NULL::graphile_worker.job_spec,
                            ${specs}::json
                          )
                 ),
                 ${keepRunAt}::boolean
               )`,
  );
}

const jobSpec = <Payload>({
  kind,
  payload,
  key,
  queue,
  runAt,
  attempt = 1,
}: JobRequest<Payload>) => ({
  identifier: kind.name,
  payload: kind.payload.parse(payload),
  job_key: key,
  queue_name: queue ?? null,
  run_at: runAt === undefined ? null : new Date(runAt).toISOString(),
  priority: priorityOf(attempt),
  max_attempts: MAX_STARTS,
});

/** Of these keys, those of jobs that wait or run. */
export async function unfinishedJobKeys(
  executor: SqlExecutor,
  keys: readonly string[],
): Promise<Set<string>> {
  if (keys.length === 0) return new Set();
  const rows = await runSql<{ key: string }>(
    executor,
    sql`SELECT key
          FROM graphile_worker.jobs
         WHERE key = ANY(${[...keys]}::text[])`,
  );
  return new Set(rows.map(({ key }) => key));
}

/** A job that waits, as whoever runs the queue sees it. */
export interface WaitingJob<Payload> {
  readonly id: string;
  readonly key: string;
  readonly attempt: number;
  readonly payload: Payload;
}

/**
 * Takes the jobs of one kind that are due in a queue out of it until `until`, the least tried
 * first. For the job that runs in this queue: no other can start meanwhile, and should the process
 * die, they are due again at `until`.
 */
export async function reserveDueJobs<Payload>(
  executor: SqlExecutor,
  kind: JobKind<Payload>,
  queue: string,
  until: EpochMs,
  limit: number,
): Promise<WaitingJob<Payload>[]> {
  const rows = await runSql<{ id: string; key: string; priority: number; payload: unknown }>(
    executor,
    sql`SELECT id::text AS id,
               key,
               priority::int AS priority,
               payload
          FROM graphile_worker.reschedule_jobs(
                 ARRAY(
                   SELECT id
                     FROM graphile_worker.jobs
                    WHERE queue_name = ${queue}
                      AND task_identifier = ${kind.name}
                      AND run_at <= now()
                      AND locked_at IS NULL
                      AND attempts < max_attempts
                    ORDER BY priority, run_at
                    LIMIT ${limit}
                 ),
                 run_at => ${new Date(until).toISOString()}::timestamptz
               )
         ORDER BY priority`,
  );
  return rows.map(({ id, key, priority, payload }) => ({
    id,
    key,
    attempt: attemptOf(priority),
    payload: kind.payload.parse(payload),
  }));
}

/** Jobs that wait are due at `runAt`. */
export async function rescheduleJobs(
  executor: SqlExecutor,
  ids: readonly string[],
  runAt: EpochMs,
): Promise<void> {
  if (ids.length === 0) return;
  await runSql(
    executor,
    sql`SELECT count(*)::int AS moved
          FROM graphile_worker.reschedule_jobs(
                 ${[...ids]}::bigint[],
                 run_at => ${new Date(runAt).toISOString()}::timestamptz
               )`,
  );
}

/** Whatever waits in a queue is due at `runAt` at the earliest. */
export async function holdQueue(
  executor: SqlExecutor,
  queue: string,
  runAt: EpochMs,
): Promise<void> {
  const at = new Date(runAt).toISOString();
  await runSql(
    executor,
    sql`SELECT count(*)::int AS moved
          FROM graphile_worker.reschedule_jobs(
                 ARRAY(
                   SELECT id
                     FROM graphile_worker.jobs
                    WHERE queue_name = ${queue}
                      AND run_at < ${at}::timestamptz
                      AND locked_at IS NULL
                 ),
                 run_at => ${at}::timestamptz
               )`,
  );
}

/** Removes jobs that wait: what they are for was done with another. */
export async function removeJobs(executor: SqlExecutor, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await runSql(
    executor,
    sql`SELECT count(*)::int AS removed
          FROM graphile_worker.complete_jobs(${[...ids]}::bigint[])`,
  );
}

interface Statement {
  readonly strings: TemplateStringsArray;
  readonly values: readonly unknown[];
}

const sql = (strings: TemplateStringsArray, ...values: readonly unknown[]): Statement => ({
  strings,
  values,
});

/** Prisma takes the parts of a template, pg a text with numbered parameters. */
async function runSql<Row>(executor: SqlExecutor, { strings, values }: Statement): Promise<Row[]> {
  if ('$queryRaw' in executor) return (await executor.$queryRaw(strings, ...values)) as Row[];
  const text = strings.reduce((before, part, index) => `${before}$${index}${part}`);
  return (await executor.query(text, [...values])).rows as Row[];
}

/** How many jobs of a kind are due in a queue and wait. */
export async function countDueJobs(
  executor: SqlExecutor,
  kind: { readonly name: string },
  queue: string,
): Promise<number> {
  const rows = await runSql<{ count: number }>(
    executor,
    sql`SELECT count(*)::int AS count
          FROM graphile_worker.jobs
         WHERE queue_name = ${queue}
           AND task_identifier = ${kind.name}
           AND run_at <= now()
           AND locked_at IS NULL`,
  );
  return rows[0]?.count ?? 0;
}
