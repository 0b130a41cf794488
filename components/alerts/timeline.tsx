import type { TimelineEvent } from '@/lib/alerts/contract';
import { formatCounted } from '@/lib/time/format';
import { formatClock, formatClockSeconds } from './alert-text';
import styles from './episode.module.css';

const text = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';
const counted = (value: unknown, singular: string) => formatCounted(Number(value), singular);
const day = (iso: string) => iso.slice(5, 10);

/** One event for people: what happened, details, and the colour role of its mark. */
function describeEvent({ kind, actor, detail }: TimelineEvent): {
  title: string;
  more: string;
  tone: string;
} {
  const until = detail.until ? ` until ${formatClock(text(detail.until))} UTC` : '';
  const note = text(detail.note) ? `“${text(detail.note)}”` : '';
  const peer = text(detail.peer);
  switch (kind) {
    case 'fired':
      return {
        title: 'fired',
        more: text(detail.why) || (peer && `delivered by ${peer}`),
        tone: 'critical',
      };
    case 'changed':
      return {
        title: 'annotations changed',
        more: text((detail.annotations as Record<string, unknown> | undefined)?.summary),
        tone: 'mute',
      };
    case 'resolved':
      return {
        title: 'resolved',
        more: text(detail.why) || (peer && `delivered by ${peer}`),
        tone: 'ok',
      };
    case 'reopened':
      return { title: 'fires again', more: text(detail.why), tone: 'critical' };
    case 'doubted':
      return {
        title: 'unconfirmed',
        more: 'A message said that it has fired since before its end. Its source is being asked.',
        tone: 'warning',
      };
    case 'late':
      return { title: 'late message', more: 'Recorded; nothing changes.', tone: 'mute' };
    case 'acknowledged':
      return {
        title: `${actor} acknowledged`,
        more: `${note}${until}${detail.silence ? ' and asked for a silence' : ''}`,
        tone: 'accent',
      };
    case 'handed over':
      return {
        title: `${actor} handed it to ${text(detail.owner)}`,
        more: `${note}${until}`,
        tone: 'accent',
      };
    case 'acknowledgement taken back':
      return { title: `${actor} took the acknowledgement back`, more: '', tone: 'warning' };
    case 'acknowledgement expired':
      return {
        title: 'acknowledgement expired',
        more: `It was ${text(detail.owner)}’s. Nobody is on it now.`,
        tone: 'warning',
      };
    case 'acknowledgement broken':
      return {
        title: 'New failure signature; acknowledgement ended.',
        more: `${text(detail.signature)}, ${text(detail.requests)} requests in 5 min`,
        tone: 'critical',
      };
    case 'frozen':
      return {
        title: 'evidence kept',
        more: `${counted(detail.requests, 'request')}, ${counted(detail.signatures, 'signature')}, ${formatClock(text(detail.from))}–${formatClock(text(detail.to))} UTC`,
        tone: 'frozen',
      };
    case 'note':
      return { title: `${actor} noted`, more: text(detail.text), tone: 'mute' };
    case 'fix':
      return { title: `${actor} recorded the fix`, more: text(detail.text), tone: 'ok' };
    case 'notified':
      return {
        title: `notified ${text(detail.channel)}`,
        more: `nobody had acknowledged it for ${text(detail.after)}`,
        tone: 'warning',
      };
    case 'silenced':
      return { title: 'silenced in Alertmanager', more: until.trim(), tone: 'mute' };
    case 'silence ended':
      return { title: 'silence in Alertmanager ended', more: '', tone: 'mute' };
    default:
      return {
        title: `${actor ? `${actor}: ` : ''}${kind}`,
        more: [text(detail.channel), text(detail.why)].filter(Boolean).join(': '),
        tone: kind.includes('failed') || kind.includes('given up') ? 'warning' : 'mute',
      };
  }
}

/** Everything that happened to an episode and who did it, newest first. What an alert says of itself again and again is one line. */
export function Timeline({ events }: { events: readonly TimelineEvent[] }) {
  const lines: { event: TimelineEvent; times: number }[] = [];
  for (const event of events) {
    const last = lines.at(-1);
    if (last && event.kind === 'changed' && last.event.kind === 'changed') last.times += 1;
    else lines.push({ event, times: 1 });
  }
  const today = events[0] && day(events[0].at);
  return (
    <ol className={styles.timeline} data-testid="timeline">
      {lines.map(({ event, times }) => {
        const { title, more, tone } = describeEvent(event);
        return (
          <li key={event.id} style={{ ['--tone' as never]: `var(--${tone})` }}>
            <time dateTime={event.at} className="mono">
              {day(event.at) === today ? '' : `${day(event.at)} `}
              {formatClockSeconds(event.at)}
            </time>{' '}
            <b>
              {title}
              {times > 1 ? `, ${times} times` : ''}
            </b>
            {more && <p>{more}</p>}
          </li>
        );
      })}
    </ol>
  );
}
