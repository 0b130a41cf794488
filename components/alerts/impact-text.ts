import type { EpisodeRow, Impact } from '@/lib/alerts/contract';
import { formatCount, formatCounted, formatDuration } from '@/lib/time/format';
import { formatClock, formatElapsed, formatShare } from './alert-text';

/** What is wrong, to be seen first, and the rest of the sentence. */
export interface ImpactText {
  readonly share: string | null;
  readonly rest: string;
}

const NS_PER_SECOND = 1e9;

/** Of an alert about infrastructure. */
export const NO_REQUESTS =
  'This alert counts no requests: it is about machines, containers or the platform.';

/** "3.9 s", "25 ms": two significant digits. */
const formatSeconds = (seconds: number): string =>
  formatDuration(Number((seconds * NS_PER_SECOND).toPrecision(2)));

/** "5.2", "1": as often as a person can tell apart. */
const formatRate = (value: number): string =>
  value >= 10 ? formatCount(Math.round(value)) : String(Number(value.toPrecision(2)));

/**
 * How bad it is, of the kind that its rule counts: "4.1 % of checkout requests fail (212 of 5,170,
 * last 8 s ago; normally 0.1 %).", "p95 3.9 s, normally 25 ms; 212 of 570 requests of payments over
 * 1 s (last 8 s ago).", or why that is not known.
 */
export function impactSentence(impact: Impact, nowMs: number): ImpactText {
  switch (impact.subject.kind) {
    case 'infrastructure':
      return { share: null, rest: NO_REQUESTS };
    case 'slow_requests':
      return latencySentence(impact, nowMs);
    case 'missing_calls':
      return missingSentence(impact);
    case 'retries':
      return retrySentence(impact, nowMs);
    case 'failures':
      return failureSentence(impact, nowMs);
    case 'unreadable': {
      const { share, rest } = failureSentence(impact, nowMs);
      return { share: null, rest: `What this rule counts cannot be read. ${share ?? ''}${rest}` };
    }
  }
}

const notKnown = ({ unknown }: Impact, otherwise: string): ImpactText => ({
  share: null,
  rest: unknown ? `Impact unknown: ${unknown}. Acknowledging still works.` : otherwise,
});

const lastSeen = ({ lastAt }: Impact, nowMs: number): string =>
  lastAt ? `last ${formatElapsed(lastAt, nowMs)} ago` : '';

function failureSentence(impact: Impact, nowMs: number): ImpactText {
  const { service, failed, total, normalShare, since } = impact;
  if (total === null || failed === null)
    return notKnown(impact, `No requests of ${service} were counted.`);
  if (total === 0)
    return { share: null, rest: `No requests of ${service} since ${formatClock(since)} UTC.` };
  const counts = `${formatCount(failed)} of ${formatCount(total)}`;
  const last = lastSeen(impact, nowMs);
  const normal = normalShare === null ? '' : `; normally ${formatShare(normalShare)}`;
  return {
    share: formatShare(failed / total),
    rest: ` of ${service} requests fail (${counts}${last && `, ${last}`}${normal}).`,
  };
}

function latencySentence(impact: Impact, nowMs: number): ImpactText {
  const { service, latency, total } = impact;
  const last = lastSeen(impact, nowMs);
  if (!latency || latency.seconds === null)
    return notKnown(impact, `No durations of ${service} were measured.`);
  const { quantile, seconds, normalSeconds, slow, boundSeconds } = latency;
  const normal = normalSeconds === null ? '' : `, normally ${formatSeconds(normalSeconds)}`;
  const counted =
    slow === null || boundSeconds === null || total === null
      ? ` of ${service}`
      : `; ${formatCount(slow)} of ${formatCounted(total, 'request')} of ${service} over ${formatSeconds(boundSeconds)}`;
  return {
    share: `p${Number((quantile * 100).toFixed(1))} ${formatSeconds(seconds)}`,
    rest: `${normal}${counted}${last && ` (${last})`}.`,
  };
}

/** Fewer calls than one in an hour are none. */
const NO_CALLS_PER_SECOND = 1 / 3600;

function missingSentence(impact: Impact): ImpactText {
  const { service, calls } = impact;
  if (!calls) return notKnown(impact, `Calls of ${service} were not counted.`);
  const { client, server, now, normal } = calls;
  const isGone = now === null || now < NO_CALLS_PER_SECOND;
  const usual = normal === null ? '' : `; normally ${formatRate(normal)} a second`;
  if (client === null || server === null)
    return isGone
      ? { share: 'No requests', rest: ` reach ${service}${usual}.` }
      : { share: null, rest: `${service} takes ${formatRate(now)} requests a second${usual}.` };
  return isGone
    ? { share: 'No calls', rest: ` from ${client} to ${server}${usual}.` }
    : { share: null, rest: `${client} calls ${server} ${formatRate(now)} times a second${usual}.` };
}

function retrySentence(impact: Impact, nowMs: number): ImpactText {
  const { calls } = impact;
  const failures = failureSentence(impact, nowMs);
  if (!calls || calls.now === null) return failures;
  const usual = calls.normal === null ? '' : `; normally ${formatRate(calls.normal)}`;
  const counted = failures.share === null ? '' : ` ${failures.share}${failures.rest}`;
  return {
    share: `${formatRate(calls.now)} calls`,
    rest: ` from ${calls.client ?? impact.service} to ${calls.server ?? 'others'} for each request${usual}.${counted}`,
  };
}

/** The same in a row of a list. */
export function impactShort({ impact, service }: Pick<EpisodeRow, 'impact' | 'service'>): string {
  if (impact?.subject.kind === 'infrastructure') return 'counts no requests';
  if (!service) return 'no service named';
  if (!impact) return 'Impact still counting.';
  const { subject, latency, calls, total } = impact;
  if (subject.kind === 'slow_requests') {
    if (!latency || latency.slow === null || total === null) return 'Impact unknown.';
    if (latency.slow === 0) return 'no request is slow now';
    return `${formatCount(latency.slow)} of ${formatCounted(total, 'request')} slow`;
  }
  if (subject.kind === 'missing_calls') {
    if (!calls) return 'Impact unknown.';
    return calls.server === null ? 'no requests come in' : `no calls to ${calls.server}`;
  }
  if (impact.failed === null || total === null) return 'Impact unknown.';
  if (impact.failed === 0) return 'no request fails now';
  return `${formatCount(impact.failed)} of ${formatCount(total)} requests fail`;
}
