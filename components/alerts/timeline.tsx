import type { TimelineEvent } from '@/lib/alerts/contract';
import { formatCounted } from '@/lib/time/format';
import { formatClock, formatClockSeconds } from './alert-text';
import { describeNoSilence } from './silence-text';
import { describeUnreadParts } from './unread-parts';
import styles from './episode.module.css';

const day = (iso: string) => iso.slice(5, 10);
const quoted = (note: string) => (note ? `“${note}”` : '');
const until = (iso: string) => ` until ${formatClock(iso)} UTC`;

interface EventText {
  readonly title: string;
  readonly more: string;
  /** The colour role of its mark. */
  readonly tone: 'critical' | 'warning' | 'ok' | 'accent' | 'evidence' | 'mute';
}

/** One event for people. */
export function describeEvent(event: TimelineEvent): EventText {
  const { actor } = event;
  switch (event.kind) {
    case 'fired':
      return { title: 'fired', more: origin(event.detail), tone: 'critical' };
    case 'annotations_changed':
      return {
        title: 'annotations changed',
        more: event.detail.annotations?.summary ?? '',
        tone: 'mute',
      };
    case 'resolved':
      return event.detail.by === 'person'
        ? { title: `${actor} resolved it`, more: quoted(event.detail.note ?? ''), tone: 'ok' }
        : { title: 'resolved', more: origin(event.detail), tone: 'ok' };
    case 'reopened':
      return { title: 'fires again', more: event.detail.why ?? '', tone: 'critical' };
    case 'unconfirmed':
      return {
        title: 'unconfirmed',
        more: 'A message said that it has fired since before its end. Its source is being asked.',
        tone: 'warning',
      };
    case 'late_message':
      return { title: 'late message', more: 'Recorded; nothing changes.', tone: 'mute' };
    case 'merged':
      return { title: 'merged into the episode before it', more: '', tone: 'mute' };
    case 'parts_not_read':
      return {
        title: 'parts not read',
        more: describeUnreadParts(event.detail.parts),
        tone: 'warning',
      };
    case 'acknowledged': {
      const silence = event.detail.silence ? ' and asked for a silence' : '';
      return {
        title: `${actor} acknowledged`,
        more: `${quoted(event.detail.note)}${until(event.detail.until)}${silence}`.trim(),
        tone: 'accent',
      };
    }
    case 'handed_over':
      return {
        title: `${actor} handed it to ${event.detail.owner}`,
        more: `${quoted(event.detail.note)}${until(event.detail.until)}`.trim(),
        tone: 'accent',
      };
    case 'acknowledgement_withdrawn':
      return { title: `${actor} took the acknowledgement back`, more: '', tone: 'warning' };
    case 'acknowledgement_expired':
      return {
        title: 'acknowledgement expired',
        more: `It was ${event.detail.owner}’s. Nobody is on it now.`,
        tone: 'warning',
      };
    case 'acknowledgement_broken': {
      const { signature = '', requests = 0 } = event.detail;
      return {
        title: 'New failure signature; acknowledgement ended.',
        more: `${signature}, ${formatCounted(requests, 'request')} in 5 min`,
        tone: 'critical',
      };
    }
    case 'evidence_captured': {
      const { requests, signatures, from, to } = event.detail;
      const counts = `${formatCounted(requests, 'request')}, ${formatCounted(signatures, 'signature')}`;
      return {
        title: 'evidence kept',
        more: `${counts}, ${formatClock(from)}–${formatClock(to)} UTC`,
        tone: 'evidence',
      };
    }
    case 'evidence_abandoned':
      return { title: 'evidence could not be kept', more: event.detail.why, tone: 'warning' };
    case 'note_added':
      return { title: `${actor} noted`, more: event.detail.text, tone: 'mute' };
    case 'fix_recorded':
      return { title: `${actor} recorded the fix`, more: event.detail.text, tone: 'ok' };
    case 'notified': {
      const { channel, after } = event.detail;
      return {
        title: `notified ${channel}`,
        more: after ? `nobody had acknowledged it for ${after}` : '',
        tone: 'warning',
      };
    }
    case 'notification_failed': {
      const { channel, why } = event.detail;
      return { title: `${channel} could not be notified`, more: why, tone: 'warning' };
    }
    case 'silenced':
      return {
        title: 'silenced in Alertmanager',
        more: until(event.detail.until).trim(),
        tone: 'mute',
      };
    case 'silence_failed':
      return { title: 'not silenced yet', more: event.detail.why, tone: 'warning' };
    case 'silence_abandoned':
      return { title: 'could not be silenced', more: event.detail.why, tone: 'warning' };
    case 'silence_not_possible':
      return {
        title: 'not silenced',
        more: describeNoSilence(event.detail.ability),
        tone: 'warning',
      };
    case 'silence_ended':
      return { title: 'silence in Alertmanager ended', more: '', tone: 'mute' };
  }
}

/** Who delivered it, or what reconciliation found. */
const origin = ({ why, peer }: { why?: string | undefined; peer?: string | undefined }) =>
  why || (peer ? `delivered by ${peer}` : '');

/**
 * Everything that happened to an episode and who did it, newest first. What an alert says of itself
 * again and again is one line.
 */
export function Timeline({ events }: { events: readonly TimelineEvent[] }) {
  const lines: { event: TimelineEvent; times: number }[] = [];
  for (const event of events) {
    const last = lines.at(-1);
    const repeats =
      event.kind === 'annotations_changed' && last?.event.kind === 'annotations_changed';
    if (last && repeats) last.times += 1;
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
