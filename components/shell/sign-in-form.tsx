'use client';

import { useMutation } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { Mark } from '@/components/ui/mark';
import styles from '@/components/ui/ui.module.css';
import { ProblemError, sendJson } from './api-client';

/** Name and password; then on to `next`, with the fragment that only the browser knows. */
export function SignInForm({ next }: { next: string }) {
  const signIn = useMutation({
    mutationFn: (form: FormData) =>
      sendJson('/api/session', 'POST', { name: form.get('name'), password: form.get('password') }),
    onSuccess: () => window.location.assign(next + window.location.hash),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    signIn.mutate(new FormData(event.currentTarget));
  };
  return (
    <main className={styles.signIn}>
      <h1 className={styles.brand}>
        <Mark /> Throughline
      </h1>
      <form className={styles.card} onSubmit={submit} method="post">
        <label>
          Name
          <input name="name" autoComplete="username" required autoFocus />
        </label>
        <label>
          Password
          <input name="password" type="password" autoComplete="current-password" required />
        </label>
        <p className={styles.error} role="alert">
          {signIn.error && messageOf(signIn.error)}
        </p>
        <button
          type="submit"
          className={`${styles.button} ${styles.primary}`}
          disabled={signIn.isPending || signIn.isSuccess}
        >
          Sign in
        </button>
      </form>
    </main>
  );
}

const messageOf = (error: Error): string =>
  error instanceof ProblemError ? error.message : 'The portal did not answer. Try again.';
