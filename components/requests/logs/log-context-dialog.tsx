'use client';

import { Dialog } from '@base-ui/react/dialog';
import { useQuery } from '@tanstack/react-query';
import { Panel } from '@/components/ui/panel';
import ui from '@/components/ui/ui.module.css';
import type { LogRow } from '@/lib/requests/contract';
import { aroundQuery } from '../queries';
import styles from '../requests.module.css';

/** What stood around a line in its own stream: what the process said just before and after, for whomever. */
export default function AroundDialog({
  id,
  revision,
  line,
  onClose,
}: {
  id: string;
  revision: string;
  line: LogRow;
  onClose: () => void;
}) {
  const query = useQuery(aroundQuery(id, revision, line.id));
  const lines = query.data && [...query.data.before, line, ...query.data.after];
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={ui.backdrop} />
        <Dialog.Popup className={`${ui.sheet} ${ui.wideSheet}`}>
          <Dialog.Title>Around this line</Dialog.Title>
          <Dialog.Description>
            {line.service}, its own stream, whatever id a line carries. Times are UTC.
          </Dialog.Description>
          <Panel
            state={query.isPending ? 'loading' : query.error ? 'failed' : 'ready'}
            message={query.isPending ? 'Asking for the lines around…' : query.error?.message}
            height={120}
          >
            <ol
              className={styles.aroundLines}
              data-testid="around"
              tabIndex={0}
              aria-label="Lines in order of time"
            >
              {lines?.map((each) => (
                <li key={each.id} aria-current={each.id === line.id}>
                  <span>{each.time.slice(11, 23)}</span>
                  <span className={styles.level} data-level={each.level}>
                    {each.level === 'unknown' ? '' : each.level}
                  </span>
                  <span>{each.body}</span>
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
