'use client';

import { Dialog } from '@base-ui/react/dialog';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { ProblemError } from '@/components/shell/api-client';
import ui from '@/components/ui/ui.module.css';
import {
  acknowledge,
  withdrawAcknowledgements,
  type AcknowledgementInput,
  type AcknowledgeRequest,
  type CompletedAction,
} from './acknowledge';
import { AcknowledgeFields } from './acknowledge-fields';
import { formatClock } from './alert-text';
import styles from './acknowledge-dialog.module.css';

const HOUR_MS = 3_600_000;
const TITLES: Readonly<Record<AcknowledgeRequest['mode'], string>> = {
  acknowledge: 'Acknowledge',
  'hand-over': 'Hand over',
  silence: 'Acknowledge and silence',
};

/** Acknowledges, hands over or silences: an optional note, until when, and what it does not do. */
export default function AcknowledgeDialog({
  request,
  hours,
  onClose,
  onCompleted,
}: {
  request: AcknowledgeRequest;
  /** How long it lasts unless somebody chooses. */
  hours: number;
  onClose: () => void;
  onCompleted: (action: CompletedAction) => void;
}) {
  const { mode, ids, subject, scope } = request;
  const [input, setInput] = useState<AcknowledgementInput>({
    note: '',
    hours,
    silence: mode === 'silence',
  });
  const [{ key, openedMs }] = useState(() => ({
    key: crypto.randomUUID(),
    openedMs: Date.now(),
  }));
  const until = formatClock(new Date(openedMs + input.hours * HOUR_MS).toISOString());
  const save = useMutation({
    mutationFn: () => acknowledge(ids, input, key),
    onSuccess: () => {
      const count = ids.length > 1 ? ` ${ids.length}` : '';
      const owner = input.owner ? `, handed to ${input.owner}` : '';
      onCompleted({
        message: `Acknowledged${count} until ${until} UTC${owner}.`,
        undo: () => withdrawAcknowledgements(ids),
      });
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={ui.backdrop} />
        <Dialog.Popup className={`${ui.sheet} ${styles.sheet}`}>
          <Dialog.Title>
            {TITLES[mode]} {subject}
          </Dialog.Title>
          <form onSubmit={submit}>
            <AcknowledgeFields
              request={request}
              usualHours={hours}
              input={input}
              onChange={setInput}
            />
            <Dialog.Description>
              Until {until} UTC ({input.hours} h). {scope}
            </Dialog.Description>
            {save.error && (
              <p role="alert" className={ui.error}>
                {notSaved(save.error)}
              </p>
            )}
            <div className={styles.actions}>
              <Dialog.Close className={ui.button}>Cancel</Dialog.Close>
              <button
                type="submit"
                className={`${ui.button} ${ui.primary}`}
                disabled={save.isPending}
              >
                {TITLES[mode]}
                {ids.length > 1 ? ` ${ids.length}` : ''}
              </button>
            </div>
          </form>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

const notSaved = (error: Error): string =>
  error instanceof ProblemError
    ? `Not saved. ${error.message}`
    : 'Not saved. Still unacknowledged. Retry.';
