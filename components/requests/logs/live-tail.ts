import { useEffect, useEffectEvent, useState } from 'react';
import { tailUrl } from '../queries';

interface Asked {
  readonly id: string;
  /** RFC 3339; read when following begins. */
  readonly since: string;
  readonly enabled: boolean;
  readonly onLines: () => void;
}

/** Follows a request's lines over server-sent events; answers with what is wrong, or nothing. The browser connects again by itself. */
export function useTail({ id, since, enabled, onLines }: Asked): string {
  const [trouble, setTrouble] = useState('');
  const lines = useEffectEvent(onLines);
  const start = useEffectEvent(() => since);
  useEffect(() => {
    if (!enabled) return;
    // What is shown already comes once more and changes nothing.
    const shown = new Date(Date.parse(start()) + 1).toISOString();
    const stream = new EventSource(tailUrl(id, shown));
    stream.addEventListener('lines', (event) => {
      setTrouble('');
      if ((JSON.parse((event as MessageEvent<string>).data) as unknown[]).length) lines();
    });
    stream.addEventListener('trouble', (event) =>
      setTrouble((JSON.parse((event as MessageEvent<string>).data) as { message: string }).message),
    );
    stream.addEventListener('open', () => setTrouble(''));
    stream.addEventListener('error', () =>
      setTrouble(
        stream.readyState === EventSource.CLOSED
          ? 'Live updates were refused. Stop, and follow again in a while.'
          : `Live updates lost ${new Date().toISOString().slice(11, 16)} UTC. Retrying.`,
      ),
    );
    return () => stream.close();
  }, [id, enabled]);
  return trouble;
}
