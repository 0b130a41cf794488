'use client';

import { useEffect, useEffectEvent, useState } from 'react';
import ui from '@/components/ui/ui.module.css';
import type { CompletedAction } from './acknowledge-dialog';
import styles from './alerts.module.css';

const SHOWN_MS = 10_000;

/** What was just done, and ten seconds to think again. */
export function Undo({ done, onOver }: { done: CompletedAction; onOver: () => void }) {
  const [problem, setProblem] = useState('');
  const over = useEffectEvent(onOver);
  useEffect(() => {
    const timer = setTimeout(() => over(), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [done]);
  return (
    <div className={styles.undo} role="status">
      {problem || done.message}
      <button
        type="button"
        className={ui.button}
        onClick={() =>
          void done.undo().then(onOver, () => setProblem('Not taken back. Still acknowledged.'))
        }
      >
        Undo
      </button>
    </div>
  );
}
