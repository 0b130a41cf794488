'use client';

import { useState, type FormEvent } from 'react';
import { Mark } from './top-bar';
import styles from '@/components/ui/ui.module.css';

export function SignInForm({ next }: { next: string }) {
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setBusy(true);
    setError('');
    const form = new FormData(event.currentTarget);
    const response = await fetch('/api/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: form.get('name'), password: form.get('password') }),
    }).catch(() => undefined);
    if (response?.ok) return window.location.assign(next);
    const body = (await response?.json().catch(() => undefined)) as { title?: string } | undefined;
    setError(body?.title ?? 'The portal did not answer. Try again.');
    setBusy(false);
  };
  return (
    <main className={styles.signIn}>
      <h1 className={styles.brand} style={{ marginBottom: 16 }}>
        <Mark /> Throughline
      </h1>
      <form className={styles.card} onSubmit={(event) => void submit(event)} method="post">
        <label>
          Name
          <input name="name" autoComplete="username" required autoFocus />
        </label>
        <label>
          Password
          <input name="password" type="password" autoComplete="current-password" required />
        </label>
        <p className={styles.error} role="alert">
          {error}
        </p>
        <button type="submit" className={`${styles.button} ${styles.primary}`} disabled={busy}>
          Sign in
        </button>
      </form>
    </main>
  );
}
