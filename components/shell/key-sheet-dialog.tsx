'use client';

import { Dialog } from '@base-ui/react/dialog';
import styles from '@/components/ui/ui.module.css';

const KEYS = [
  ['/ or Ctrl K', 'search'],
  ['?', 'this sheet'],
  ['↑ ↓', 'move between rows'],
  ['← →', 'collapse, expand'],
  ['Enter', 'open the details; Esc closes them'],
  ['e  E', 'next, previous error'],
  ['c', 'the culprit'],
  ['[  ]', 'previous, next lane'],
  ['+  −  0', 'zoom in, out, whole request'],
  ['r', 'raw or adjusted clocks'],
  ['y', 'copy the link'],
  ['x  a', 'in the alert list: select, acknowledge'],
  ['a  n  o', 'on an alert: acknowledge, note, example'],
] as const;

export function KeySheetDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={styles.backdrop} />
        <Dialog.Popup className={styles.sheet}>
          <Dialog.Title>Keys</Dialog.Title>
          <Dialog.Description>
            Single letters work while the timeline or the list has the focus.
          </Dialog.Description>
          <dl>
            {KEYS.map(([key, what]) => (
              <div key={key} style={{ display: 'contents' }}>
                <dt className="mono">{key}</dt>
                <dd>{what}</dd>
              </div>
            ))}
          </dl>
          <Dialog.Close className={styles.button}>Close</Dialog.Close>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
