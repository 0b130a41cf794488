import ui from '@/components/ui/ui.module.css';
import type { EpisodeView } from '@/lib/alerts/contract';
import { formatCounted } from '@/lib/time/format';
import { formatElapsed } from './alert-text';
import { NoteForm } from './note-form';
import { recordFix } from './queries';
import styles from './episode.module.css';

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
  const { id, startedAt, resolvedAt, fix, stillFailing, subject } = episode;
  const goesOn =
    subject?.kind === 'slow_requests' ? 'Requests are still slow' : 'The same failure goes on';
  return (
    <section className={`${ui.card} ${styles.resolvedCard}`}>
      <p>
        <b>Resolved after {formatElapsed(startedAt, Date.parse(resolvedAt!))}.</b>{' '}
        {fix ? '' : 'What fixed it?'}
        {stillFailing > 0 && (
          <span className={styles.critical}>
            {' '}
            {goesOn}: {formatCounted(stillFailing, 'request')} since it resolved.
          </span>
        )}
      </p>
      {fix && (
        <p>
          “{fix.text}” <span className={styles.soft}>{fix.by}</span>
        </p>
      )}
      {!fix && mayAnswer && (
        <NoteForm
          label="What fixed it?"
          placeholder="Whoever sees this failure next will read it"
          button="Save"
          save={(text) => recordFix(id, text)}
          onSaved={onSaved}
        />
      )}
    </section>
  );
}
