'use client';

import dynamic from 'next/dynamic';
import { useEffect, useState } from 'react';
import styles from '@/components/ui/ui.module.css';
import { isTyping } from './typing';

const KeySheetDialog = dynamic(
  () => import('./key-sheet-dialog').then((module) => module.KeySheetDialog),
  { ssr: false },
);

/** `?` shows the keys. The dialog's code is fetched when it is first asked for. */
export function KeySheet() {
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === '?' && !isTyping(event)) setOpen(true);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  return (
    <>
      <button
        type="button"
        className={`${styles.icon} ${styles.help}`}
        onClick={() => setOpen(true)}
        aria-label="Keys"
      >
        ?
      </button>
      {open && <KeySheetDialog onClose={() => setOpen(false)} />}
    </>
  );
}
