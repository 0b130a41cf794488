import type { ReactNode } from 'react';
import ui from '@/components/ui/ui.module.css';
import styles from './episode.module.css';

/** A titled part of an episode; `note` stands beside the title. */
export function EpisodeCard({
  title,
  note,
  testId,
  children,
}: {
  title: string;
  note?: ReactNode;
  testId: string;
  children: ReactNode;
}) {
  return (
    <section className={`${ui.card} ${styles.card}`} data-testid={testId}>
      <h2>
        {title} {note}
      </h2>
      {children}
    </section>
  );
}
