import type { Acknowledgement, EpisodeRow, Heartbeat, Impact } from '@/lib/alerts/contract';
import { formatAgo, formatCount, formatDuration } from '@/lib/time/format';

/** "31 min": how long, in whole units that do not flicker. */
export function formatElapsed(fromIso: string, toMs: number): string {
  const ms = Math.max(0, toMs - Date.parse(fromIso));
  return ms < 60_000
    ? `${Math.floor(ms / 1000)} s`
    : formatDuration(Math.floor(ms / 60_000) * 60e9);
}

/** "14:07" in UTC, of an RFC 3339 instant. */
export const formatClock = (iso: string): string => iso.slice(11, 16);
/** "14:07:10", for a list of what happened. */
export const formatClockSeconds = (iso: string): string => iso.slice(11, 19);

/** "8 %", "4.1 %", "0.05 %": a share of 1 with the figures a person reads. */
export function formatShare(share: number): string {
  const percent = share * 100;
  const decimals = percent > 0 && percent < 0.1 ? 2 : 1;
  return `${Number(percent.toFixed(decimals))} %`;
}

const LONG_FIGURE = /\b(\d+\.\d+)(%|ms|s)(?!\w)/g;

/**
 * Prometheus writes "8.015%" and "3.845s" into what an alert says of itself; people read "8 %" and
 * "3.8 s". Two significant digits, and no digit of a whole number is dropped.
 */
export function roundFigures(text: string): string {
  return text.replace(LONG_FIGURE, (_, figure: string, unit: string) => {
    const value = Number(figure);
    const rounded = value >= 10 ? Math.round(value) : Number(value.toPrecision(2));
    return `${rounded} ${unit}`;
  });
}

/** "7 firing, nobody on them": how many fire, and whether anybody is on them. */
export function describeFiring({
  firing,
  unacknowledged,
}: {
  firing: number;
  unacknowledged: number;
}): string {
  const counted = `${formatCount(firing)} firing`;
  if (firing === 0) return counted;
  if (unacknowledged === 0) return `${counted}, all acknowledged`;
  if (unacknowledged === firing) return `${counted}, nobody on ${firing === 1 ? 'it' : 'them'}`;
  return `${counted}, nobody on ${formatCount(unacknowledged)} of them`;
}

/** "⚑ mira, until 18:07 UTC". */
export const describeAcknowledgement = ({ owner, expiresAt }: Acknowledgement): string =>
  `⚑ ${owner}, until ${formatClock(expiresAt)} UTC`;

/**
 * "4.1 % of checkout requests fail (212 of 5,170), last 8 s ago; normally 0.1 %", or why that is
 * not known.
 */
export function impactSentence(
  impact: Impact,
  nowMs: number,
): { share: string | null; rest: string } {
  if (impact.total === null || impact.failed === null)
    return {
      share: null,
      rest: impact.unknown
        ? `Impact unknown: ${impact.unknown}. Acknowledging still works.`
        : `No requests of ${impact.service} were counted.`,
    };
  if (impact.total === 0)
    return {
      share: null,
      rest: `No requests of ${impact.service} since ${formatClock(impact.since)} UTC.`,
    };
  const counts = `${formatCount(impact.failed)} of ${formatCount(impact.total)}`;
  const last = impact.lastAt ? `, last ${formatElapsed(impact.lastAt, nowMs)} ago` : '';
  const normal = impact.normalShare === null ? '' : `; normally ${formatShare(impact.normalShare)}`;
  return {
    share: formatShare(impact.failed / impact.total),
    rest: ` of ${impact.service} requests fail (${counts}${last}${normal}).`,
  };
}

/** The same in a row of a list. */
export function impactShort({ impact, service }: Pick<EpisodeRow, 'impact' | 'service'>): string {
  if (!service) return 'no service named';
  if (!impact) return 'Impact still counting.';
  if (impact.failed === null || impact.total === null) return 'Impact unknown.';
  if (impact.failed === 0) return 'no request fails now';
  return `${formatCount(impact.failed)} of ${formatCount(impact.total)} requests fail`;
}

/** Only what a browser may open without harm. */
export const safeHref = (url: string | null): string | null => {
  const parsed = url && URL.canParse(url) ? new URL(url) : undefined;
  return parsed && (parsed.protocol === 'https:' || parsed.protocol === 'http:')
    ? parsed.href
    : null;
};

/** Why nothing fires: because nothing does, as of when, or because nobody would tell. */
export function nothingFires(
  { state, watchdogAt, lastDeliveryAt }: Heartbeat,
  nowMs: number,
): string {
  if (state === 'none')
    return 'Nothing is firing, and nobody sends alerts here yet. Set ALERT_SOURCES.';
  const beat = watchdogAt ?? lastDeliveryAt;
  return `Nothing is firing.${beat ? ` Last heartbeat ${formatAgo(Date.parse(beat), nowMs)}.` : ''}`;
}
