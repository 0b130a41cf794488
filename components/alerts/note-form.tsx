import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent, type RefObject } from 'react';
import { ProblemError } from '@/components/shell/api-client';
import ui from '@/components/ui/ui.module.css';
import styles from './episode.module.css';

/** Text that a person adds to an episode. What was not saved stays in the field. */
export function NoteForm({
  label,
  placeholder,
  button,
  input,
  save,
  onSaved,
}: {
  label: string;
  placeholder: string;
  button: string;
  input?: RefObject<HTMLTextAreaElement | null>;
  /** @throws ProblemError */
  save: (text: string) => Promise<void>;
  onSaved: () => void;
}) {
  const [text, setText] = useState('');
  const saving = useMutation({
    mutationFn: save,
    onSuccess: () => {
      setText('');
      onSaved();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim()) saving.mutate(text);
  };
  return (
    <form className={styles.noteForm} onSubmit={submit}>
      <textarea
        ref={input}
        rows={2}
        maxLength={4000}
        aria-label={label}
        placeholder={placeholder}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <button type="submit" className={ui.button} disabled={saving.isPending}>
        {button}
      </button>
      {saving.error && (
        <p role="alert" className={ui.error}>
          {saving.error instanceof ProblemError
            ? `Not saved. ${saving.error.message}`
            : 'Not saved. Retry.'}
        </p>
      )}
    </form>
  );
}
