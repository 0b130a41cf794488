'use client';

import { useMutation } from '@tanstack/react-query';
import { useEffect, useEffectEvent } from 'react';
import ui from '@/components/ui/ui.module.css';
import type { CompletedAction } from './acknowledge';
import styles from './undo.module.css';

const SHOWN_MS = 10_000;

/** What was just done, and ten seconds to undo it. */
export function Undo({ action, onOver }: { action: CompletedAction; onOver: () => void }) {
  const undo = useMutation({ mutationFn: action.undo, onSuccess: onOver });
  const over = useEffectEvent(onOver);
  useEffect(() => {
    const timer = setTimeout(() => over(), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [action]);
  return (
    <div className={styles.undo} role="status">
      {undo.isError ? 'Not undone. Still acknowledged.' : action.message}
      <button
        type="button"
        className={ui.button}
        onClick={() => undo.mutate()}
        disabled={undo.isPending}
      >
        Undo
      </button>
    </div>
  );
}
