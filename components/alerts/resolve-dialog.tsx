'use client';

import { Dialog } from '@base-ui/react/dialog';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { ProblemError } from '@/components/shell/api-client';
import ui from '@/components/ui/ui.module.css';
import type { EpisodeView } from '@/lib/alerts/contract';
import { resolveEpisode } from './acknowledge';
import styles from './acknowledge-dialog.module.css';

/** Resolves an episode by hand: a note, and what happens if it is reported again. */
export default function ResolveDialog({
  episode: { id, name, source },
  onClose,
  onResolved,
}: {
  episode: EpisodeView;
  onClose: () => void;
  onResolved: () => void;
}) {
  const [note, setNote] = useState('');
  const [key] = useState(() => crypto.randomUUID());
  const save = useMutation({
    mutationFn: () => resolveEpisode(id, note, key),
    onSuccess: () => {
      onResolved();
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
          <Dialog.Title>Resolve {name}</Dialog.Title>
          <form onSubmit={submit}>
            <label>
              Note (optional)
              <textarea
                value={note}
                onChange={(event) => setNote(event.target.value)}
                rows={3}
                maxLength={2000}
                placeholder="How you know that it is over"
              />
            </label>
            <Dialog.Description>
              {source} cannot be asked whether it still fires. If {source} reports it again, it
              fires again here.
            </Dialog.Description>
            {save.error && (
              <p role="alert" className={ui.error}>
                {save.error instanceof ProblemError
                  ? `Not resolved. ${save.error.message}`
                  : 'Not resolved. Retry.'}
              </p>
            )}
            <div className={styles.actions}>
              <Dialog.Close className={ui.button}>Cancel</Dialog.Close>
              <button
                type="submit"
                className={`${ui.button} ${ui.primary}`}
                disabled={save.isPending}
              >
                Resolve
              </button>
            </div>
          </form>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
