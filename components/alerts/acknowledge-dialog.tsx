'use client';

import { Dialog } from '@base-ui/react/dialog';
import { useState, type FormEvent } from 'react';
import { ProblemError } from '@/components/shell/api-client';
import ui from '@/components/ui/ui.module.css';
import { acknowledge, newIdempotencyKey, withdrawAcknowledgements } from './queries';
import styles from './alerts.module.css';

const HOURS = [1, 2, 4, 8, 24];

interface AcknowledgeDialogProps {
  readonly ids: readonly string[];
  readonly title: string;
  /** What it quiets and what not. */
  readonly quiets: string;
  readonly hours: number;
  readonly people?: readonly string[];
  readonly mode: 'acknowledge' | 'hand over' | 'silence';
  readonly onClose: () => void;
  readonly onDone: (done: CompletedAction) => void;
}

export interface CompletedAction {
  readonly message: string;
  readonly undo: () => Promise<void>;
}

/** A person's word: an optional note, until when, and plainly what it does not do. */
export default function AcknowledgeDialog({
  ids,
  title,
  quiets,
  hours: usual,
  people = [],
  mode,
  onClose,
  onDone,
}: AcknowledgeDialogProps) {
  const [note, setNote] = useState('');
  const [hours, setHours] = useState(usual);
  const [owner, setOwner] = useState('');
  const [silence, setSilence] = useState(mode === 'silence');
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const [key] = useState(newIdempotencyKey);
  const [opened] = useState(() => Date.now());
  const until = new Date(opened + hours * 3_600_000).toISOString().slice(11, 16);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      await acknowledge(ids, { note, hours, silence, ...(owner ? { owner } : {}) }, key);
      onDone({
        message: `Acknowledged${ids.length > 1 ? ` ${ids.length}` : ''} until ${until} UTC${owner ? `, handed to ${owner}` : ''}.`,
        undo: () => withdrawAcknowledgements(ids),
      });
      onClose();
    } catch (error) {
      setProblem(
        error instanceof ProblemError
          ? `Not saved. ${error.message}`
          : 'Not saved. Still unacknowledged. Retry.',
      );
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={ui.backdrop} />
        <Dialog.Popup className={`${ui.sheet} ${styles.sheet}`}>
          <Dialog.Title>{title}</Dialog.Title>
          <form onSubmit={(event) => void submit(event)}>
            {(mode === 'hand over' || people.length > 1) && (
              <label>
                {mode === 'hand over' ? 'To' : 'For'}
                <select
                  value={owner}
                  onChange={(event) => setOwner(event.target.value)}
                  required={mode === 'hand over'}
                >
                  <option value="">{mode === 'hand over' ? 'Choose who' : 'myself'}</option>
                  {people.map((name) => (
                    <option key={name}>{name}</option>
                  ))}
                </select>
              </label>
            )}
            <label>
              Note (optional)
              <textarea
                value={note}
                onChange={(event) => setNote(event.target.value)}
                rows={3}
                maxLength={2000}
                placeholder="What you know or are about to do"
              />
            </label>
            <label>
              For how long
              <select value={hours} onChange={(event) => setHours(Number(event.target.value))}>
                {[...new Set([...HOURS, usual])]
                  .sort((a, b) => a - b)
                  .map((each) => (
                    <option key={each} value={each}>
                      {each} h
                    </option>
                  ))}
              </select>
            </label>
            <label className={styles.check}>
              <input
                type="checkbox"
                checked={silence}
                onChange={(event) => setSilence(event.target.checked)}
              />
              Silence it in Alertmanager too, until then or until it resolves
            </label>
            <Dialog.Description>
              Until {until} UTC ({hours} h). {quiets}
            </Dialog.Description>
            {problem && (
              <p role="alert" className={ui.error}>
                {problem}
              </p>
            )}
            <div className={styles.sheetActions}>
              <Dialog.Close className={ui.button}>Cancel</Dialog.Close>
              <button type="submit" className={`${ui.button} ${ui.primary}`} disabled={busy}>
                {mode === 'hand over'
                  ? 'Hand over'
                  : mode === 'silence'
                    ? 'Acknowledge and silence'
                    : ids.length > 1
                      ? `Acknowledge ${ids.length}`
                      : 'Acknowledge'}
              </button>
            </div>
          </form>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
