'use client';

import { Dialog } from '@base-ui/react/dialog';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import ui from '@/components/ui/ui.module.css';
import { formatInstant } from '@/lib/time/format';
import { behindQuery, type DashboardId } from './queries';
import { RequestRows } from './request-rows';
import styles from './dashboards.module.css';

interface Props {
  readonly id: DashboardId;
  readonly panel: { readonly id: string; readonly title: string };
  readonly search: string;
  /** A point of one series, or the panel over all of its time. */
  readonly series: string | null;
  readonly onClose: () => void;
}

/** The requests that a panel, or one point of it, was made of. */
export default function RequestsDialog({ id, panel, search: shown, series, onClose }: Props) {
  // What was shown when it was opened: a refresh behind it must not take it away.
  const [search] = useState(shown);
  const query = useQuery(behindQuery(id, panel.id, search));
  const found = query.data;
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={ui.backdrop} />
        <Dialog.Popup className={`${ui.sheet} ${ui.wideSheet} ${styles.dialog}`}>
          <Dialog.Title>
            Requests behind {panel.title}
            {series ? `: ${series}` : ''}
          </Dialog.Title>
          <Dialog.Description>
            {found
              ? `${formatInstant(Date.parse(found.from)).replace(' UTC', '')} – ${formatInstant(Date.parse(found.to))}`
              : 'Looking…'}
          </Dialog.Description>
          <div className={styles.dialogBody} role="region" aria-label="Requests">
            <RequestRows
              id={id}
              panel={panel.id}
              search={search}
              found={found}
              problem={query.error?.message}
              nothing="No request in this time has a span like that. Sampled away, or its spans name no such pod or node."
            />
          </div>
          <Dialog.Close className={ui.button}>Close</Dialog.Close>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
