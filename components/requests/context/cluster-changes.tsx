'use client';

import { ChangeList } from '@/components/ui/change-list';
import type { Annotation } from '@/lib/requests/contract';
import styles from '../requests.module.css';

/** Rollouts and events around the request, of what it touched. */
export default function ClusterChanges({
  changes,
}: {
  changes: Extract<Annotation, { kind: 'changes' }>;
}) {
  return (
    <section
      className={styles.bands}
      aria-label="What changed around the request"
      data-testid="changes"
    >
      <b>What changed around it</b>
      {changes.failed ? <p>{changes.failed}</p> : <ChangeList changes={changes.items} />}
    </section>
  );
}
