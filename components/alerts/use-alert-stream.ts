import { useEffect, useEffectEvent, useState } from 'react';

const REOPEN_MS = 5_000;

/**
 * Calls `reload` whenever an alert changed, on any replica; never twice at once, and once more for
 * what changed meanwhile. Answers with the time (UTC) since which nothing is heard, or null.
 */
export function useAlertStream(reload: () => Promise<unknown>): string | null {
  const [lostAt, setLostAt] = useState<string | null>(null);
  const reloadNow = useEffectEvent(reload);
  useEffect(() => {
    const changed = oneAtATime(() => reloadNow());
    let stream: EventSource | undefined;
    let reopening: ReturnType<typeof setTimeout> | undefined;
    let lost = false;
    const open = () => {
      stream = new EventSource('/api/alerts/stream');
      stream.addEventListener('changed', changed);
      stream.addEventListener('open', () => {
        // What changed while the stream was lost was not heard.
        if (lost) changed();
        lost = false;
        setLostAt(null);
      });
      stream.addEventListener('error', () => {
        lost = true;
        setLostAt((known) => known ?? new Date().toISOString().slice(11, 16));
        // A browser that was refused does not try again by itself.
        if (stream?.readyState === EventSource.CLOSED) reopening = setTimeout(open, REOPEN_MS);
      });
    };
    open();
    return () => {
      clearTimeout(reopening);
      stream?.close();
    };
  }, []);
  return lostAt;
}

/** Runs `task` when called; calls during a run are one more run after it. */
export function oneAtATime(task: () => Promise<unknown>): () => void {
  let running = false;
  let again = false;
  const run = async () => {
    again = true;
    if (running) return;
    running = true;
    try {
      while (again) {
        again = false;
        await task();
      }
    } finally {
      running = false;
    }
  };
  return () => void run();
}
