import { useState, type FormEvent, type RefObject } from 'react';
import { sendJson, ProblemError } from '@/components/shell/api-client';
import ui from '@/components/ui/ui.module.css';
import styles from './alerts.module.css';

/** A person says something about an episode: a note, or what fixed it. What is not saved stays in the field. */
export function NoteForm({
  path,
  method,
  label,
  placeholder,
  button,
  input,
  onSaved,
}: {
  path: string;
  method: 'POST' | 'PUT';
  label: string;
  placeholder: string;
  button: string;
  input?: RefObject<HTMLTextAreaElement | null>;
  onSaved: () => void;
}) {
  const [text, setText] = useState('');
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const save = async (event: FormEvent) => {
    event.preventDefault();
    if (!text.trim()) return;
    setBusy(true);
    try {
      await sendJson(path, method, { text });
      setText('');
      setProblem('');
      onSaved();
    } catch (error) {
      setProblem(
        error instanceof ProblemError ? `Not saved. ${error.message}` : 'Not saved. Retry.',
      );
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className={styles.noteForm} onSubmit={(event) => void save(event)}>
      <textarea
        ref={input}
        rows={2}
        maxLength={4000}
        aria-label={label}
        placeholder={placeholder}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <button type="submit" className={ui.button} disabled={busy}>
        {button}
      </button>
      {problem && (
        <p role="alert" className={ui.error}>
          {problem}
        </p>
      )}
    </form>
  );
}
