'use client';

import styles from '@/components/ui/ui.module.css';

export function SignOut({ name }: { name: string }) {
  const signOut = async () => {
    await fetch('/api/session', { method: 'DELETE' });
    window.location.assign('/sign-in');
  };
  return (
    <button
      type="button"
      className={styles.round}
      onClick={() => void signOut()}
      aria-label={`Signed in as ${name}. Sign out`}
      title={`Signed in as ${name}. Sign out`}
    >
      {name.slice(0, 1).toUpperCase()}
    </button>
  );
}
