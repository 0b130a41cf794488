import type { EpisodeView } from '@/lib/alerts/contract';
import { formatInstant } from '@/lib/time/format';
import { formatClock, formatElapsed } from './alert-text';
import { EpisodeActions, type EpisodeAction } from './episode-actions';
import { ImpactLine } from './impact-line';
import { Severity, State, TestMark } from './severity';
import { describeSilence } from './silence-text';
import styles from './episode.module.css';

/** What fires, since when, who has it and how bad it is; and what can be done. */
export function EpisodeHeader({
  episode,
  now,
  mayAnswer,
  onAct,
}: {
  episode: EpisodeView;
  now: number;
  mayAnswer: boolean;
  onAct: (action: EpisodeAction) => void;
}) {
  const { service, labels, source, acknowledgement } = episode;
  const silence = acknowledgement ? describeSilence(acknowledgement) : '';
  return (
    <header className={styles.head}>
      <div className={styles.title}>
        <State state={episode.state} word={false} />
        <h1>{episode.name}</h1>
        <Severity episode={episode} />
        {episode.test && <TestMark />}
        <span className={styles.soft}>
          {episode.unconfirmed ? 'unconfirmed: its source is being asked' : episode.state}
        </span>
      </div>
      <EpisodeActions episode={episode} mayAnswer={mayAnswer} onAct={onAct} />
      <p className={styles.facts}>
        {[service, labels.namespace, source].filter(Boolean).join(' · ')} ·{' '}
        <Since episode={episode} now={now} />
        {acknowledgement && (
          <>
            {' '}
            · ⚑ {acknowledgement.owner}, until{' '}
            <span className="mono">{formatClock(acknowledgement.expiresAt)}</span> UTC
            {silence && `, ${silence}`}
          </>
        )}
        {episode.resolution === 'source_tells' && ` · ends when ${source} says so`}
      </p>
      {episode.test ? (
        <p className={styles.soft}>
          A test notification of {source}: the way here works. It ended when it arrived, and nobody
          was notified.
        </p>
      ) : (
        <ImpactLine episode={episode} now={now} />
      )}
    </header>
  );
}

function Since({ episode, now }: { episode: EpisodeView; now: number }) {
  const { pendingAt, startedAt, resolvedAt } = episode;
  return (
    <>
      {pendingAt && pendingAt !== startedAt && (
        <>
          pending since <span className="mono">{formatClock(pendingAt)}</span>,{' '}
        </>
      )}
      fired <span className="mono">{formatInstant(Date.parse(startedAt), now)}</span>,{' '}
      {resolvedAt
        ? `resolved after ${formatElapsed(startedAt, Date.parse(resolvedAt))}`
        : formatElapsed(startedAt, now)}
    </>
  );
}
