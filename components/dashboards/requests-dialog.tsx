'use client';

import { Dialog } from '@base-ui/react/dialog';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import ui from '@/components/ui/ui.module.css';
import { formatInstant } from '@/lib/time/format';
import { requestsQuery, type DashboardId } from './queries';
import { RequestRows } from './request-rows';
import styles from './dashboards.module.css';

interface Props {
  readonly id: DashboardId;
  readonly panel: { readonly id: string; readonly title: string };
  readonly search: string;
  /** The name of one series; null for all. */
  readonly series: string | null;
  readonly onClose: () => void;
}

/** The requests behind a panel, or behind one point of it. */
const NO_REQUEST =
  'No request in this time has a span like that. ' +
  'Sampled away, or its spans name no such pod or node.';

export default function RequestsDialog({ id, panel, search, series, onClose }: Props) {
  // As it was when the dialog opened: a refresh behind it must not change what somebody reads.
  const [openedSearch] = useState(search);
  const request = { id, panel: panel.id, search: openedSearch };
  const { data, error } = useQuery(requestsQuery(request));
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
            {data ? formatWindow(Date.parse(data.from), Date.parse(data.to)) : 'Searching…'}
          </Dialog.Description>
          <div className={styles.dialogBody} role="region" aria-label="Requests">
            <RequestRows
              request={request}
              found={data}
              error={error?.message}
              whenEmpty={NO_REQUEST}
            />
          </div>
          <Dialog.Close className={ui.button}>Close</Dialog.Close>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

const formatWindow = (fromMs: number, toMs: number): string =>
  `${formatInstant(fromMs).replace(' UTC', '')} – ${formatInstant(toMs)}`;
