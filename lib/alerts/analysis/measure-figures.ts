import { SOURCE_DEADLINE_MS } from '@/lib/http/outbound';
import type { AlertingRule, MetricSource } from '@/lib/telemetry/model';
import { shapeOf } from '@/lib/telemetry/prometheus/expression';
import { promql, selector, type Matcher, type PromQl } from '@/lib/telemetry/prometheus/promql';
import type { RuleSubject } from '@/lib/telemetry/prometheus/rule-subject';
import { ENTRY, FAILED, SERVER } from '@/lib/telemetry/prometheus/span-metrics';
import { HOUR_MS, SECOND_MS, type EpochMs } from '@/lib/time/units';
import type { Impact } from '../contract';
import { belongsToAlert } from './rule';
import { countSlower } from './slow-share';

/** Whose figures, and since when. */
export interface FiguresQuery {
  readonly service: string;
  readonly subject: RuleSubject;
  readonly labels: Readonly<Record<string, string>>;
  readonly rule: AlertingRule | undefined;
  readonly sinceMs: EpochMs;
  readonly nowMs: EpochMs;
}

type Figures = Partial<Pick<Impact, 'failed' | 'total' | 'normalShare' | 'latency' | 'calls'>>;

const HOUR_SECONDS = HOUR_MS / SECOND_MS;
const LEAST_RANGE_SECONDS = 30;
const CALLS = 'traces_spanmetrics_calls_total';
const LATENCY = 'traces_spanmetrics_latency_bucket';
const EDGES = 'traces_service_graph_request_total';
/** Where the rule names none. */
const USUAL_QUANTILE = 0.95;

/** The figures that tell how bad it is, of the kind that the rule counts. @throws OutboundError */
export async function measureFigures(metrics: MetricSource, query: FiguresQuery): Promise<Figures> {
  const at = asking(metrics);
  switch (query.subject.kind) {
    case 'infrastructure':
      return {};
    case 'slow_requests':
      return measureLatency(metrics, at, query);
    case 'missing_calls':
      return { calls: await measureCalls(at, query) };
    case 'retries': {
      const [failures, calls] = await Promise.all([
        measureFailures(at, query),
        measureCallsPerRequest(at, query),
      ]);
      return { ...failures, calls };
    }
    case 'failures':
    case 'unreadable':
      return measureFailures(at, query);
  }
}

type ValueAt = (query: PromQl, atMs: EpochMs) => Promise<number | null>;

const asking =
  (metrics: MetricSource): ValueAt =>
  async (query, atMs) => {
    const signal = AbortSignal.timeout(SOURCE_DEADLINE_MS);
    const { data } = await metrics.instant(query, atMs, { signal });
    return data[0]?.points[0]?.value ?? null;
  };

const rangeSeconds = ({ sinceMs, nowMs }: FiguresQuery): number =>
  Math.max(LEAST_RANGE_SECONDS, (nowMs - sinceMs) / SECOND_MS);

async function measureFailures(at: ValueAt, query: FiguresQuery): Promise<Figures> {
  const { service, sinceMs, nowMs } = query;
  const calls = (range: number, ...more: Matcher[]) =>
    selector(CALLS, [['service', '=', service], ENTRY, ...more], range);
  const seconds = rangeSeconds(query);
  const [total, failed, before, failedBefore] = await Promise.all([
    at(promql`sum(increase(${calls(seconds)}))`, nowMs),
    at(promql`sum(increase(${calls(seconds, FAILED)}))`, nowMs),
    at(promql`sum(increase(${calls(HOUR_SECONDS)}))`, sinceMs),
    at(promql`sum(increase(${calls(HOUR_SECONDS, FAILED)}))`, sinceMs),
  ]);
  return {
    total: total === null ? null : Math.round(total),
    failed: total === null ? null : Math.round(failed ?? 0),
    normalShare: before ? (failedBefore ?? 0) / before : null,
  };
}

async function measureLatency(
  metrics: MetricSource,
  at: ValueAt,
  query: FiguresQuery,
): Promise<Figures> {
  const { service, subject, sinceMs, nowMs } = query;
  const seconds = rangeSeconds(query);
  const quantile = subject.quantile ?? USUAL_QUANTILE;
  const buckets = (range: number) => selector(LATENCY, [['service', '=', service], SERVER], range);
  const quantileOver = (range: number) =>
    promql`histogram_quantile(${quantile}, sum by (le) (rate(${buckets(range)})))`;
  const signal = AbortSignal.timeout(SOURCE_DEADLINE_MS);
  const [now, before, { data }] = await Promise.all([
    ruleSeconds(metrics, query, nowMs).then((own) => own ?? at(quantileOver(seconds), nowMs)),
    ruleSeconds(metrics, query, sinceMs).then(
      (own) => own ?? at(quantileOver(HOUR_SECONDS), sinceMs),
    ),
    metrics.instant(promql`sum by (le) (increase(${buckets(seconds)}))`, nowMs, { signal }),
  ]);
  const counted =
    subject.thresholdMs === null
      ? undefined
      : countSlower(
          data.map(({ labels, points }) => ({
            upTo: labels.le === '+Inf' ? Infinity : Number(labels.le),
            count: points[0]?.value ?? 0,
          })),
          subject.thresholdMs / SECOND_MS,
        );
  return {
    total: counted ? Math.round(counted.total) : null,
    latency: {
      quantile,
      seconds: now,
      normalSeconds: before,
      slow: counted ? Math.round(counted.slow) : null,
      boundSeconds: counted?.boundSeconds ?? null,
    },
  };
}

/** What the rule itself compares, in seconds, where that is a quantile of durations. */
async function ruleSeconds(
  metrics: MetricSource,
  { rule, subject, labels }: FiguresQuery,
  atMs: EpochMs,
): Promise<number | null> {
  const shape = rule && shapeOf(rule.query);
  if (!shape || subject.quantile === null || subject.thresholdMs === null) return null;
  const secondsPerUnit = subject.thresholdMs / SECOND_MS / shape.threshold;
  const signal = AbortSignal.timeout(SOURCE_DEADLINE_MS);
  const { data } = await metrics.instant(shape.left, atMs, { signal });
  const value = data.find((series) => belongsToAlert(series, labels))?.points[0]?.value;
  return value === null || value === undefined ? null : value * secondsPerUnit;
}

/** Calls a second now and in the hour before: from the client to the server, or that come in. */
async function measureCalls(
  at: ValueAt,
  { service, labels, sinceMs, nowMs }: FiguresQuery,
): Promise<Impact['calls']> {
  const { client, server } = labels;
  const series = (range: number) =>
    client && server
      ? selector(
          EDGES,
          [
            ['client', '=', client],
            ['server', '=', server],
          ],
          range,
        )
      : selector(CALLS, [['service', '=', service], ENTRY], range);
  const fiveMinutes = 300;
  const [now, normal] = await Promise.all([
    at(promql`sum(rate(${series(fiveMinutes)}))`, nowMs),
    at(promql`sum(rate(${series(HOUR_SECONDS)}))`, sinceMs),
  ]);
  return { client: client ?? null, server: server ?? null, now, normal };
}

/** Calls for each request that the client takes in, now and in the hour before. */
async function measureCallsPerRequest(
  at: ValueAt,
  { service, labels, sinceMs, nowMs }: FiguresQuery,
): Promise<Impact['calls']> {
  const { client = service, server } = labels;
  if (!server) return null;
  const perRequest = (range: number) => {
    const calls = selector(
      EDGES,
      [
        ['client', '=', client],
        ['server', '=', server],
      ],
      range,
    );
    const requests = selector(CALLS, [['service', '=', client], ENTRY], range);
    return promql`sum(rate(${calls})) / sum(rate(${requests}))`;
  };
  const fiveMinutes = 300;
  const [now, normal] = await Promise.all([
    at(perRequest(fiveMinutes), nowMs),
    at(perRequest(HOUR_SECONDS), sinceMs),
  ]);
  return { client, server, now, normal };
}
