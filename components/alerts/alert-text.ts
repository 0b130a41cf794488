import type { Acknowledgement, Heartbeat } from '@/lib/alerts/contract';
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
  const firing =
    state === 'ok' ? 'Nothing is firing.' : 'Nothing is known to fire; alerts may be missing.';
  return `${firing}${beat ? ` Last heartbeat ${formatAgo(Date.parse(beat), nowMs)}.` : ''}`;
}
