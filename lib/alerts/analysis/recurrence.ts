import { alertPool } from '@/lib/db/pool';
import { UNREADABLE, type RuleSubject } from '@/lib/telemetry/prometheus/rule-subject';
import { epochMs, MINUTE_MS, type EpochMs } from '@/lib/time/units';
import { countFailures, isFailure, type AffectedBy } from './affected-requests';
import { isUnusual, leadingSignature } from './leading-signature';
import { usualRates } from './usual-rates';

/** An acknowledgement that holds, and its episode. */
interface AcknowledgedEpisode {
  readonly id: string;
  readonly acknowledgement: string;
  readonly service: string;
  readonly subject: RuleSubject | null;
  readonly signatures: readonly string[];
  readonly created_at: Date;
  readonly impacted_since: Date;
}

/** So many requests in so long make a failure a new one. */
const MIN_NEW_REQUESTS = 3;
const NEW_WITHIN_MS = 5 * MINUTE_MS;
/** A failure that is less than this share of all does not lead them. */
const MIN_LEADING_SHARE = 0.2;
/**
 * What failed so long before somebody acknowledged was there then, also where it was not captured.
 */
const KNOWN_BEFORE_MS = 15 * MINUTE_MS;

/** A failure that needs somebody anew. */
export interface NewSignature {
  readonly episodeId: string;
  readonly signature: string;
  readonly count: number;
}

/**
 * Acknowledged episodes whose service now fails mostly in a way that was not there when they were
 * acknowledged and is not usual, and that way.
 */
export async function findNewSignatures(): Promise<NewSignature[]> {
  const { rows } = await alertPool().query<AcknowledgedEpisode>(
    `SELECT e.id,
            a.id AS acknowledgement,
            s.service,
            e.subject,
            a.signatures,
            a.created_at,
            coalesce(e.hurt_since, e.started_at) AS impacted_since
       FROM alert_acknowledgements a
       JOIN alert_episodes e ON e.id = a.episode_id
       JOIN alert_series s ON s.id = e.series_id
      WHERE a.ended_at IS NULL
        AND e.resolved_at IS NULL
        AND s.service IS NOT NULL
      ORDER BY a.created_at
      LIMIT 500`,
  );
  const alike = Map.groupBy(rows, ({ service, subject }) => JSON.stringify([service, subject]));
  const found: NewSignature[] = [];
  for (const own of alike.values()) {
    const by = affectedBy(own[0]!);
    const counted = (await countFailures(by, Date.now() - NEW_WITHIN_MS)) ?? [];
    const failures = counted.filter(isFailure);
    for (const row of own) {
      const fresh = await newSignatureOf(row, by, failures);
      if (fresh) found.push(fresh);
    }
  }
  return found;
}

const affectedBy = ({ service, subject }: Pick<AcknowledgedEpisode, 'service' | 'subject'>) => ({
  service,
  subject: subject ?? UNREADABLE,
});

type Failures = NonNullable<Awaited<ReturnType<typeof countFailures>>>;

async function newSignatureOf(
  row: AcknowledgedEpisode,
  by: AffectedBy,
  failures: Failures,
): Promise<NewSignature | undefined> {
  const all = failures.reduce((sum, { count }) => sum + count, 0);
  const unknown = failures.filter(
    ({ signature, count }) =>
      count >= MIN_NEW_REQUESTS &&
      count >= MIN_LEADING_SHARE * all &&
      !row.signatures.includes(signature),
  );
  if (unknown.length === 0) return undefined;
  const createdMs = row.created_at.getTime();
  const then = await countFailures(by, createdMs - KNOWN_BEFORE_MS, createdMs);
  const usual = await usualRates(by, row.impacted_since.getTime());
  // What is not known is no reason to end an acknowledgement.
  if (!then || !usual) return undefined;
  const there = new Set(then.map(({ signature }) => signature));
  const isNew = ({ signature, count }: Failures[number]) =>
    !there.has(signature) && isUnusual(count, usual.get(signature) ?? 0, NEW_WITHIN_MS);
  const leading = leadingSignature(unknown.filter(isNew), usual, NEW_WITHIN_MS);
  if (leading) return { episodeId: row.id, signature: leading.signature, count: leading.count };
  await alertPool().query(
    `UPDATE alert_acknowledgements
        SET signatures = signatures || $2::text[]
      WHERE id = $1`,
    [row.acknowledgement, unknown.map(({ signature }) => signature)],
  );
  return undefined;
}

interface ResolvedEpisode {
  readonly id: string;
  readonly service: string;
  readonly subject: RuleSubject | null;
  readonly leading_signature: string;
  readonly impacted_since: Date;
  readonly resolved_at: Date;
  readonly still_failing: number;
}

/**
 * Episodes that resolved within the hour, and how many requests have failed since as their leading
 * signature says; none where no more do than usual.
 */
export async function updateStillFailing(): Promise<void> {
  const { rows } = await alertPool().query<ResolvedEpisode>(
    `SELECT e.id,
            s.service,
            e.subject,
            e.leading_signature,
            coalesce(e.hurt_since, e.started_at) AS impacted_since,
            e.resolved_at,
            e.still_failing
       FROM alert_episodes e
       JOIN alert_series s ON s.id = e.series_id
      WHERE e.resolved_at > now() - interval '1 hour'
        AND s.service IS NOT NULL
        AND e.leading_signature IS NOT NULL
        AND e.resolved_by <> 'merged'
      ORDER BY e.resolved_at DESC
      LIMIT 100`,
  );
  for (const row of rows) {
    const count = await countGoingOn(row, epochMs(Date.now()));
    if (count === undefined || count === row.still_failing) continue;
    await alertPool().query(
      `WITH changed AS (
         UPDATE alert_episodes
            SET still_failing = $2
          WHERE id = $1
       )
       SELECT pg_notify('throughline_alerts', '')`,
      [row.id, count],
    );
  }
}

/** Requests since a minute after the end; undefined where nobody knows. */
async function countGoingOn(row: ResolvedEpisode, nowMs: EpochMs): Promise<number | undefined> {
  const by = affectedBy(row);
  const sinceMs = row.resolved_at.getTime() + MINUTE_MS;
  const since = await countFailures(by, sinceMs, nowMs);
  const usual = await usualRates(by, row.impacted_since.getTime());
  if (!since || !usual) return undefined;
  const count = countAlike(row, new Map(since.map((each) => [each.signature, each.count])));
  return isUnusual(count, countAlike(row, usual), nowMs - sinceMs) ? count : 0;
}

/** Where a slow request lost its time only its page tells: all slow ones are alike. */
function countAlike(
  { subject, leading_signature }: ResolvedEpisode,
  counts: ReadonlyMap<string, number>,
): number {
  if (subject?.kind !== 'slow_requests') return counts.get(leading_signature) ?? 0;
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}
