'use client';

import dynamic from 'next/dynamic';
import { useShownRequest } from '../request-context';
import { MetricList } from './metric-list';
import styles from './context.module.css';

const EpisodeBands = dynamic(() => import('./episode-bands'), {
  ssr: false,
  loading: () => <span />,
});

const ClusterChanges = dynamic(() => import('./cluster-changes'), {
  ssr: false,
  loading: () => <span />,
});

/** What went on around the request, on the context axis: changes, alerts and metrics. */
export default function ContextPanel() {
  const { view } = useShownRequest();
  const changes = view.annotations.find((note) => note.kind === 'changes');
  const hasChanges = changes && (changes.failed || changes.items.length > 0);
  return (
    <div className={styles.context}>
      {hasChanges && <ClusterChanges changes={changes} />}
      {view.episodes.length > 0 && <EpisodeBands episodes={view.episodes} />}
      <MetricList panels={view.metrics} />
    </div>
  );
}
