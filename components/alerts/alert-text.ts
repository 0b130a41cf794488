import type { EpisodeRow, Heartbeat, Impact } from '@/lib/alerts/contract';
import { formatAgo, formatCount, formatDuration } from '@/lib/time/format';

/** "31 min": how long, in whole units that do not flicker. */
export function lasted(fromIso: string, toMs: number): string {
  const ms = Math.max(0, toMs - Date.parse(fromIso));
  return ms < 60_000
    ? `${Math.floor(ms / 1000)} s`
    : formatDuration(Math.floor(ms / 60_000) * 60e9);
}

export const clock = (iso: string): string => iso.slice(11, 16);
/** "14:07:10", for a list of what happened. */
export const clockSeconds = (iso: string): string => iso.slice(11, 19);

const percent = (share: number) =>
  `${share < 0.001 && share > 0 ? (share * 100).toFixed(2) : (share * 100).toFixed(1)} %`;

/** "4.1 % of checkout requests fail (212 of 5,170), last 8 s ago; normally 0.1 %", or why that is not known. */
export function impactSentence(
  impact: Impact,
  nowMs: number,
): { share: string | null; rest: string } {
  const last = impact.lastAt ? `, last ${lasted(impact.lastAt, nowMs)} ago` : '';
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
      rest: `No requests of ${impact.service} since ${clock(impact.since)} UTC.`,
    };
  const normal = impact.normalShare === null ? '' : `; normally ${percent(impact.normalShare)}`;
  return {
    share: percent(impact.failed / impact.total),
    rest: ` of ${impact.service} requests fail (${formatCount(impact.failed)} of ${formatCount(impact.total)}${last}${normal}).`,
  };
}

/** The same in a row. */
export function impactShort({ impact, service }: Pick<EpisodeRow, 'impact' | 'service'>): string {
  if (!service) return 'no service named';
  if (!impact) return 'Impact still counting.';
  if (impact.failed === null || impact.total === null) return 'Impact unknown.';
  return impact.failed === 0
    ? 'none fail now'
    : `${formatCount(impact.failed)} of ${formatCount(impact.total)} fail`;
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
