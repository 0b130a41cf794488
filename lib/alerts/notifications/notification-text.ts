import { formatDuration } from '@/lib/time/format';
import { NS_PER_MS } from '@/lib/time/units';
import type { DigestNotification, Notification, SingleNotification } from './send-notification';

export interface NotificationText {
  readonly headline: string;
  readonly lines: readonly string[];
}

/** A notification in words, without markup. */
export function textOf(notification: Notification, nowMs = Date.now()): NotificationText {
  if (notification.kind === 'test')
    return {
      headline: 'Test from Throughline: this channel works.',
      lines: [notification.summary],
    };
  if (notification.kind === 'digest') return digestText(notification, nowMs);
  return { headline: singleHeadline(notification, nowMs), lines: [notification.summary] };
}

function singleHeadline(
  { name, severity, service, startedAt }: SingleNotification,
  nowMs: number,
): string {
  const alert = alertText({ name, severity, service });
  const duration = startedAt === null ? '' : ` for ${durationSince(startedAt, nowMs)}`;
  return `${alert} has fired${duration}, and nobody has acknowledged it.`;
}

function digestText(
  { total, bySeverity, worst }: DigestNotification,
  nowMs: number,
): NotificationText {
  const counts = Object.entries(bySeverity).map(([severity, count]) => `${count} ${severity}`);
  const named = worst.map(
    (alert) => `${alertText(alert)}, ${durationSince(alert.startedAt, nowMs)}`,
  );
  const unnamed = total - worst.length;
  return {
    headline: `${total} alerts fire, and nobody has acknowledged them: ${counts.join(', ')}.`,
    lines: unnamed > 0 ? [...named, `and ${unnamed} more`] : named,
  };
}

function alertText({
  name,
  severity,
  service,
}: Pick<SingleNotification, 'name' | 'severity' | 'service'>): string {
  const prefix = severity === 'none' ? '' : `${severity}: `;
  const suffix = service === null ? '' : ` on ${service}`;
  return `${prefix}${name}${suffix}`;
}

const durationSince = (startedAt: string, nowMs: number): string =>
  formatDuration((nowMs - Date.parse(startedAt)) * Number(NS_PER_MS));
