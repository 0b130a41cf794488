'use client';

import { ChangeList } from '@/components/ui/change-list';
import type { Annotation } from '@/lib/requests/contract';
import styles from './context.module.css';

type Changes = Extract<Annotation, { kind: 'changes' }>;

/** Rollouts and cluster events around the request, of what it touched. */
export default function ClusterChanges({ changes }: { changes: Changes }) {
  return (
    <section
      className={styles.section}
      aria-label="Changes around the request"
      data-testid="changes"
    >
      <b>Changes around the request</b>
      {changes.failed ? <p>{changes.failed}</p> : <ChangeList changes={changes.items} />}
    </section>
  );
}
