'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import styles from '@/components/ui/ui.module.css';
import { sendJson } from './api-client';

/** Who is signed in, and the way out. */
export function SignOut({ name }: { name: string }) {
  const client = useQueryClient();
  const signOut = useMutation({
    mutationFn: async () => {
      // What is still asked for would be refused once the session has ended.
      await client.cancelQueries();
      await sendJson('/api/session', 'DELETE');
    },
    onSuccess: () => window.location.assign('/sign-in'),
  });
  const label = `Signed in as ${name}. Sign out`;
  return (
    <>
      {signOut.isError && <span role="alert">Not signed out. Try again.</span>}
      <button
        type="button"
        className={styles.round}
        onClick={() => signOut.mutate()}
        disabled={signOut.isPending}
        aria-label={label}
        title={label}
      >
        {name.slice(0, 1).toUpperCase()}
      </button>
    </>
  );
}
