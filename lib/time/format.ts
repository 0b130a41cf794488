// Pure: runs in browsers too.
/**
 * A duration as people read it: "612 ms", "1.84 s", "6 min 12 s", "2 h 5 min". Input in
 * nanoseconds.
 */
export function formatDuration(ns: number): string {
  const abs = Math.abs(ns);
  const sign = ns < 0 ? '−' : '';
  if (abs < 1_000) return `${sign}${Math.round(abs)} ns`;
  if (abs < 1_000_000) return `${sign}${trim(abs / 1e3)} µs`;
  if (abs < 999_500_000) return `${sign}${trim(abs / 1e6)} ms`;
  if (abs < 59_995_000_000) return `${sign}${trim2(abs / 1e9)} s`;
  const seconds = Math.round(abs / 1e9);
  if (seconds < 3600)
    return `${sign}${Math.floor(seconds / 60)} min${seconds % 60 ? ` ${seconds % 60} s` : ''}`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 1440)
    return `${sign}${Math.floor(minutes / 60)} h${minutes % 60 ? ` ${minutes % 60} min` : ''}`;
  const hours = Math.round(minutes / 60);
  return `${sign}${Math.floor(hours / 24)} d${hours % 24 ? ` ${hours % 24} h` : ''}`;
}

const trim = (value: number) =>
  value < 10 ? value.toFixed(1).replace(/\.0$/, '') : Math.round(value).toString();
const trim2 = (value: number) =>
  value < 10 ? value.toFixed(2).replace(/\.?0+$/, '') : value.toFixed(1).replace(/\.0$/, '');

/** "+612.4 ms" from the start of the request, for the crosshair. Input in nanoseconds. */
export function formatOffset(ns: number): string {
  const sign = ns < 0 ? '−' : '+';
  const abs = Math.abs(ns);
  if (abs < 1e9) return `${sign}${(abs / 1e6).toFixed(1)} ms`;
  if (abs < 120e9) return `${sign}${(abs / 1e9).toFixed(3)} s`;
  return `${sign}${formatDuration(abs)}`;
}

/** "Nov 3, 14:02:06 UTC"; the year only when it is not the present one. */
export function formatInstant(ms: number, nowMs = Date.now()): string {
  const date = new Date(ms);
  const sameYear = date.getUTCFullYear() === new Date(nowMs).getUTCFullYear();
  const month = date.toLocaleString('en', { month: 'short', timeZone: 'UTC' });
  const year = sameYear ? '' : ` ${date.getUTCFullYear()}`;
  return `${month} ${date.getUTCDate()}${year}, ${date.toISOString().slice(11, 19)} UTC`;
}

/** "just now", "2 min ago", "3 h ago", "5 d ago". */
export function formatAgo(ms: number, nowMs: number): string {
  const seconds = Math.max(0, Math.round((nowMs - ms) / 1000));
  if (seconds < 10) return 'just now';
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86_400)} d ago`;
}

/** 5170 -> "5,170". */
export const formatCount = (value: number): string => value.toLocaleString('en');

/** "1 alert", "5,170 alerts"; give the plural where it takes more than an s. */
export const formatCounted = (count: number, singular: string, plural = `${singular}s`): string =>
  `${formatCount(count)} ${count === 1 ? singular : plural}`;
