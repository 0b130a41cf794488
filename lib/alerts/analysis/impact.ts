import { alertPool } from '@/lib/db/pool';
import { SOURCE_DEADLINE_MS } from '@/lib/http/outbound';
import { OutboundError } from '@/lib/http/outbound-error';
import type { AlertingRule, MetricSource } from '@/lib/telemetry/model';
import type { RuleSubject } from '@/lib/telemetry/prometheus/rule-subject';
import { sources } from '@/lib/telemetry/sources';
import { epochMs, MINUTE_MS, nsToMs, type EpochMs } from '@/lib/time/units';
import type { Impact } from '../contract';
import { inSeriesTransaction } from '../episodes/transaction';
import { findAffectedRequests } from './affected-requests';
import { assessRule, subjectOf, type AlertText } from './assess-rule';
import { findLeadingFailure, type Leading } from './find-leading';
import { measureFigures } from './measure-figures';
import { ruleOf } from './rule';

/** Measured in one turn; the others are the first of the next. */
const MAX_MEASURED = 30;
const MAX_ASSESSED = 50;

interface OpenEpisode {
  readonly id: string;
  readonly service: string | null;
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
  readonly generator_url: string | null;
  readonly started_at: Date;
  hurt_since: Date | null;
  subject: RuleSubject | null;
}

/**
 * How bad what fires is: for each open episode what its rule counts, since when it was pending and
 * how far back that looked; how many requests that affects, and how many it usually does. A source
 * that does not answer is named; nothing is guessed.
 */
export async function measureImpact(): Promise<void> {
  const { rows } = await alertPool().query<OpenEpisode>(
    `SELECT e.id,
            s.service,
            s.labels,
            e.annotations,
            e.generator_url,
            e.started_at,
            e.hurt_since,
            e.subject
       FROM alert_episodes e
       JOIN alert_series s ON s.id = e.series_id
      WHERE e.resolved_at IS NULL
      ORDER BY e.impact ->> 'at' NULLS FIRST, e.started_at
      LIMIT 1000`,
  );
  const { metrics } = sources();
  const assessed = await assessNew(metrics, rows);
  const measured = await measureByBeginning(metrics, rows);
  if (assessed + measured > 0)
    await alertPool().query(`SELECT pg_notify('throughline_alerts', '')`);
}

const alertOf = ({ labels, annotations, generator_url }: OpenEpisode): AlertText => ({
  labels,
  annotations,
  generatorUrl: generator_url,
});

/** Reads the rules of those whose rule was not read yet. @returns how many */
async function assessNew(
  metrics: MetricSource | undefined,
  rows: readonly OpenEpisode[],
): Promise<number> {
  let count = 0;
  const waiting = rows.filter((row) => row.hurt_since === null || row.subject === null);
  for (const row of waiting.slice(0, MAX_ASSESSED)) {
    const began = await assessRule(metrics, alertOf(row), epochMs(row.started_at.getTime()));
    // Guessed because nobody answered: asked again the next time.
    if (!began.known) continue;
    row.hurt_since = new Date(began.impactedSinceMs);
    row.subject = began.subject;
    await alertPool().query(
      `UPDATE alert_episodes
          SET pending_at = $2,
              hurt_since = $3,
              subject = $4
        WHERE id = $1`,
      [row.id, new Date(began.pendingMs), row.hurt_since, JSON.stringify(began.subject)],
    );
    count += 1;
  }
  return count;
}

/**
 * Each from its own beginning; those that count the same of one service and began in the same minute
 * have one measurement. @returns how many
 */
async function measureByBeginning(
  metrics: MetricSource | undefined,
  rows: readonly OpenEpisode[],
): Promise<number> {
  const alike = Map.groupBy(
    rows.filter(({ service }) => service !== null),
    (row) => {
      const { client, server } = row.labels;
      const minute = Math.floor(impactedSince(row) / MINUTE_MS);
      return JSON.stringify([
        row.service,
        subjectIn(row),
        row.labels.alertname,
        client,
        server,
        minute,
      ]);
    },
  );
  const turn = [...alike.values()].slice(0, MAX_MEASURED);
  for (const own of turn) {
    const { impact, leading } = await measureEpisode(metrics, own[0]!, {
      sinceMs: epochMs(Math.min(...own.map(impactedSince))),
      nowMs: epochMs(Date.now()),
    });
    await storeImpact(
      own.map(({ id }) => id),
      impact,
      leading,
    );
  }
  return turn.length;
}

const impactedSince = ({ hurt_since, started_at }: OpenEpisode): number =>
  (hurt_since ?? started_at).getTime();
const subjectIn = (row: OpenEpisode): RuleSubject =>
  row.subject ?? subjectOf(alertOf(row), undefined, undefined);

const storeImpact = (
  ids: readonly string[],
  impact: Impact,
  leading: Leading | undefined,
): Promise<unknown> =>
  inSeriesTransaction((client) =>
    client.query(
      `UPDATE alert_episodes
          SET impact = $2,
              leading_signature = coalesce($3, leading_signature),
              culprit_services = CASE
                WHEN $3::text IS NULL THEN culprit_services
                ELSE $4::text[]
              END
        WHERE id = ANY($1::uuid[])`,
      [
        ids,
        JSON.stringify(impact),
        leading?.leading.signature ?? null,
        leading?.culpritServices ?? [],
      ],
    ),
  );

interface Period {
  readonly sinceMs: EpochMs;
  readonly nowMs: EpochMs;
}

async function measureEpisode(
  metrics: MetricSource | undefined,
  row: OpenEpisode,
  { sinceMs, nowMs }: Period,
): Promise<{ impact: Impact; leading: Leading | undefined }> {
  const service = row.service!;
  const subject = subjectIn(row);
  const unknown: string[] = [];
  const by = { service, subject };
  const [figures, affected] = await Promise.all([
    metrics &&
      measureWithRule(metrics, row, { sinceMs, nowMs }).catch(noteFailure(unknown, metrics.name)),
    findAffectedRequests(by, sinceMs, nowMs).catch(noteFailure(unknown, sources().traces.name)),
  ]);
  if (!metrics) unknown.push('no metrics source is configured');
  const leading = affected && (await findLeadingFailure(by, affected));
  const newest = affected?.requests[0]?.root;
  return {
    leading,
    impact: {
      at: new Date(nowMs).toISOString(),
      since: new Date(sinceMs).toISOString(),
      service,
      subject,
      failed: null,
      total: null,
      normalShare: null,
      latency: null,
      calls: null,
      ...figures,
      leading: leading
        ? {
            signature: leading.leading.signature,
            count: leading.leading.count,
            usualPerHour: leading.leading.usualPerHour,
          }
        : null,
      lastAt: newest ? new Date(nsToMs(newest.startNs)).toISOString() : null,
      unknown: unknown.length ? unknown.join('; ') : null,
    },
  };
}

/** With the rule's own expression, where the source lists it. */
async function measureWithRule(metrics: MetricSource, row: OpenEpisode, period: Period) {
  const subject = subjectIn(row);
  const rule = subject.kind === 'slow_requests' ? await ruleIn(metrics, row.labels) : undefined;
  return measureFigures(metrics, {
    ...period,
    service: row.service!,
    subject,
    labels: row.labels,
    rule,
  });
}

async function ruleIn(
  metrics: MetricSource,
  labels: Readonly<Record<string, string>>,
): Promise<AlertingRule | undefined> {
  const { data } = await metrics.rules({ signal: AbortSignal.timeout(SOURCE_DEADLINE_MS) });
  return ruleOf(data, labels);
}

const noteFailure =
  (unknown: string[], source: string) =>
  (error: unknown): undefined => {
    if (!(error instanceof OutboundError)) throw error;
    unknown.push(`${source} did not answer`);
  };
