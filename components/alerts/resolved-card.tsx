import type { EpisodeView } from '@/lib/alerts/contract';
import { formatCounted } from '@/lib/time/format';
import { NoteForm } from './note-form';
import { formatElapsed } from './alert-text';
import styles from './alerts.module.css';

/** A resolved episode: whether its failure is over, and what fixed it. */
export function ResolvedCard({
  episode,
  mayAnswer,
  onSaved,
}: {
  episode: EpisodeView;
  mayAnswer: boolean;
  onSaved: () => void;
}) {
  return (
    <section className={`${styles.card} ${styles.resolvedCard}`}>
      <p>
        <b>Resolved after {formatElapsed(episode.startedAt, Date.parse(episode.resolvedAt!))}.</b>{' '}
        {episode.fix ? '' : 'What fixed it?'}
        {episode.stillFailing > 0 && (
          <span className={styles.critical}>
            {' '}
            The same failure goes on: {formatCounted(episode.stillFailing, 'request')} since it
            resolved.
          </span>
        )}
      </p>
      {episode.fix ? (
        <p>
          “{episode.fix.text}” <span className={styles.soft}>{episode.fix.by}</span>
        </p>
      ) : (
        mayAnswer && (
          <NoteForm
            path={`/api/alerts/${episode.id}/fix`}
            method="PUT"
            label="What fixed it?"
            placeholder="Whoever sees this failure next will read it"
            button="Save"
            onSaved={onSaved}
          />
        )
      )}
    </section>
  );
}
