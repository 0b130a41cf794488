import { alertPool } from '@/lib/db/pool';
import { OutboundError } from '@/lib/http/outbound-error';
import { SOURCE_DEADLINE_MS } from '@/lib/http/outbound';
import { reachMs } from '@/lib/telemetry/prometheus/expression';
import { promql, selector, type Matcher } from '@/lib/telemetry/prometheus/promql';
import { ENTRY, FAILED } from '@/lib/telemetry/prometheus/span-metrics';
import type { MetricSource } from '@/lib/telemetry/model';
import { sources } from '@/lib/telemetry/sources';
import { epochMs, HOUR_MS, MINUTE_MS, nsToMs, type EpochMs } from '@/lib/time/units';
import { findAffectedRequests } from './affected-requests';
import { pendingSince, findRule } from './rule';
import type { Impact } from '../contract';
import { inSeriesTransaction } from '../episodes/transaction';

/** Measured in one turn; the others are the first of the next. */
const MAX_MEASURED = 30;

interface OpenEpisode {
  readonly id: string;
  readonly service: string | null;
  readonly labels: Record<string, string>;
  readonly started_at: Date;
  readonly pending_at: Date | null;
  readonly hurt_since: Date | null;
}

/**
 * How bad what fires is: for each open episode since when its rule was pending and how far back
 * that looked; for each service how many of its requests fail, and how many usually do. A source
 * that does not answer is named; nothing is guessed.
 */
export async function measureImpact(): Promise<void> {
  const { rows } = await alertPool().query<OpenEpisode>(
    `SELECT e.id, s.service, s.labels, e.started_at, e.pending_at, e.hurt_since
       FROM alert_episodes e
       JOIN alert_series s ON s.id = e.series_id
      WHERE e.resolved_at IS NULL
      ORDER BY e.impact ->> 'at' NULLS FIRST, e.started_at
      LIMIT 1000`,
  );
  const { metrics } = sources();
  let changed = false;
  for (const row of rows.filter(({ hurt_since }) => hurt_since === null).slice(0, 50)) {
    const began = await findBeginning(metrics, row.labels, epochMs(row.started_at.getTime()));
    // Guessed because nobody answered: asked again the next time.
    if (!began.known) continue;
    await alertPool().query(
      `UPDATE alert_episodes
          SET pending_at = $2,
              hurt_since = $3
        WHERE id = $1`,
      [row.id, new Date(began.pendingMs), new Date(began.impactedSinceMs)],
    );
    Object.assign(row, { hurt_since: new Date(began.impactedSinceMs) });
    changed = true;
  }
  // Each from its own beginning; those of one service that began in the same minute have one
  // measurement.
  const byBeginning = new Map<string, OpenEpisode[]>();
  for (const row of rows) {
    if (row.service === null) continue;
    const key = `${row.service}\n${Math.floor(impactedSince(row) / MINUTE_MS)}`;
    byBeginning.set(key, [...(byBeginning.get(key) ?? []), row]);
  }
  for (const own of [...byBeginning.values()].slice(0, MAX_MEASURED)) {
    const impact = await measureService(
      metrics,
      own[0]!.service!,
      epochMs(Math.min(...own.map(impactedSince))),
    );
    await inSeriesTransaction((client) =>
      client.query(
        `UPDATE alert_episodes
            SET impact = $2
          WHERE id = ANY($1::uuid[])`,
        [own.map(({ id }) => id), JSON.stringify(impact)],
      ),
    );
    changed = true;
  }
  if (changed) await alertPool().query(`SELECT pg_notify('throughline_alerts', '')`);
}

const impactedSince = ({ hurt_since, started_at }: OpenEpisode): number =>
  (hurt_since ?? started_at).getTime();

/**
 * `startsAt` comes after the rule's `for`, and its range reaches back further: requests were
 * affected before both.
 */
export async function findBeginning(
  metrics: MetricSource | undefined,
  labels: Readonly<Record<string, string>>,
  startedMs: EpochMs,
): Promise<{ pendingMs: EpochMs; impactedSinceMs: EpochMs; known: boolean }> {
  const unknown = {
    pendingMs: startedMs,
    impactedSinceMs: epochMs(startedMs - 5 * MINUTE_MS),
    known: false,
  };
  if (!metrics) return { ...unknown, known: true };
  try {
    const signal = AbortSignal.timeout(SOURCE_DEADLINE_MS);
    const [rule, remembered] = await Promise.all([
      findRule(metrics, labels, signal),
      pendingSince(metrics, labels, startedMs, signal),
    ]);
    const pendingMs = remembered ?? epochMs(startedMs - (rule?.holdMs ?? 0));
    return {
      pendingMs,
      impactedSinceMs: epochMs(pendingMs - (rule ? reachMs(rule.query) : 5 * MINUTE_MS)),
      known: true,
    };
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    return unknown;
  }
}

async function measureService(
  metrics: MetricSource | undefined,
  service: string,
  sinceMs: EpochMs,
): Promise<Impact> {
  const now = epochMs(Date.now());
  const base: Impact = {
    at: new Date(now).toISOString(),
    since: new Date(sinceMs).toISOString(),
    service,
    failed: null,
    total: null,
    normalShare: null,
    lastAt: null,
    unknown: null,
  };
  const unknown: string[] = [];
  const [counted, newest] = await Promise.all([
    metrics
      ? countRequests(metrics, service, sinceMs, now).catch(noteFailure(unknown, metrics.name))
      : undefined,
    findAffectedRequests(service, sinceMs, now).catch(noteFailure(unknown, sources().traces.name)),
  ]);
  if (!metrics) unknown.push('no metrics source is configured');
  const [root] = newest?.requests ?? [];
  return {
    ...base,
    ...counted,
    lastAt: root ? new Date(nsToMs(root.startNs)).toISOString() : null,
    unknown: unknown.length ? unknown.join('; ') : null,
  };
}

const noteFailure =
  (unknown: string[], source: string) =>
  (error: unknown): undefined => {
    if (!(error instanceof OutboundError)) throw error;
    unknown.push(`${source} did not answer`);
  };

async function countRequests(
  metrics: MetricSource,
  service: string,
  sinceMs: EpochMs,
  now: EpochMs,
): Promise<Pick<Impact, 'failed' | 'total' | 'normalShare'>> {
  const seconds = Math.max(30, (now - sinceMs) / 1000);
  const signal = AbortSignal.timeout(SOURCE_DEADLINE_MS);
  const calls = (range: number, ...more: Matcher[]) =>
    selector('traces_spanmetrics_calls_total', [['service', '=', service], ENTRY, ...more], range);
  const value = async (query: string, at: EpochMs) =>
    (await metrics.instant(query, at, { signal })).data[0]?.points[0]?.value ?? null;
  const hour = HOUR_MS / 1000;
  const [total, failed, before, failedBefore] = await Promise.all([
    value(promql`sum(increase(${calls(seconds)}))`, now),
    value(promql`sum(increase(${calls(seconds, FAILED)}))`, now),
    value(promql`sum(increase(${calls(hour)}))`, sinceMs),
    value(promql`sum(increase(${calls(hour, FAILED)}))`, sinceMs),
  ]);
  return {
    total: total === null ? null : Math.round(total),
    failed: total === null ? null : Math.round(failed ?? 0),
    normalShare: before ? (failedBefore ?? 0) / before : null,
  };
}
