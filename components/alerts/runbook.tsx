import type { EpisodeView } from '@/lib/alerts/contract';
import { roundFigures, safeHref } from './alert-text';

/** What the rule says to do, and where the whole runbook is. */
export function Runbook({ episode }: { episode: EpisodeView }) {
  const { annotations, summary, runbookUrl } = episode;
  const link = safeHref(runbookUrl);
  return (
    <section>
      <h2>Runbook</h2>
      <p>{roundFigures(annotations.description ?? annotations.runbook ?? summary)}</p>
      {link && (
        <a href={link} target="_blank" rel="noopener noreferrer">
          Read all →
        </a>
      )}
    </section>
  );
}
