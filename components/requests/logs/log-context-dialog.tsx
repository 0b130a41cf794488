'use client';

import { Dialog } from '@base-ui/react/dialog';
import { useQuery } from '@tanstack/react-query';
import { Panel } from '@/components/ui/panel';
import ui from '@/components/ui/ui.module.css';
import type { LogRow } from '@/lib/requests/contract';
import { logContextQuery, queryState } from '../queries';
import { useShownRequest } from '../request-context';
import { levelDetail } from './log-text';
import shared from '../requests.module.css';
import styles from './logs.module.css';

/** What a process logged just before and after a line, for whichever request. */
export default function LogContextDialog({ log, onClose }: { log: LogRow; onClose: () => void }) {
  const { view } = useShownRequest();
  const query = useQuery(logContextQuery(view.correlationId, view.revision, log.id));
  const lines = query.data ? [...query.data.before, log, ...query.data.after] : [];
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={ui.backdrop} />
        <Dialog.Popup className={`${ui.sheet} ${ui.wideSheet}`}>
          <Dialog.Title>Log context</Dialog.Title>
          <Dialog.Description>
            The lines before and after in the same stream of {log.service}, whichever request they
            belong to. Times are UTC.
          </Dialog.Description>
          <Panel {...queryState(query, 'Loading the lines before and after…')} height={120}>
            <ol
              className={styles.contextLines}
              data-testid="log-context"
              tabIndex={0}
              aria-label="Lines in order of time"
            >
              {lines.map((line) => (
                <li key={line.id} aria-current={line.id === log.id}>
                  <span>{line.time.slice(11, 23)}</span>
                  <span className={shared.level} data-level={line.level}>
                    {levelDetail(line)}
                  </span>
                  <span>{line.body}</span>
                </li>
              ))}
            </ol>
          </Panel>
          {query.data?.partial.map(({ sentence }) => (
            <p key={sentence}>{sentence}</p>
          ))}
          <Dialog.Close className={ui.button}>Close</Dialog.Close>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
