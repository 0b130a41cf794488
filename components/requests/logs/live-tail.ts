'use client';

import { useEffect, useEffectEvent, useState } from 'react';
import { tailUrl } from '../queries';

interface LiveTail {
  readonly id: string;
  /** RFC 3339; read when following begins. */
  readonly since: string;
  readonly enabled: boolean;
  readonly onLines: () => void;
}

/**
 * Follows a request's lines over server-sent events; answers with what is wrong, or nothing. The
 * browser connects again by itself.
 */
export function useLiveTail({ id, since, enabled, onLines }: LiveTail): string {
  const [problem, setProblem] = useState('');
  const onNewLines = useEffectEvent(onLines);
  const firstInstant = useEffectEvent(() => afterInstant(since));
  useEffect(() => {
    if (!enabled) return;
    const stream = new EventSource(tailUrl(id, firstInstant()));
    stream.addEventListener('lines', (event) => {
      setProblem('');
      if (dataOf<unknown[]>(event).length > 0) onNewLines();
    });
    stream.addEventListener('trouble', (event) =>
      setProblem(dataOf<{ message: string }>(event).message),
    );
    stream.addEventListener('open', () => setProblem(''));
    stream.addEventListener('error', () => setProblem(connectionProblem(stream)));
    return () => stream.close();
  }, [id, enabled]);
  return problem;
}

/** What is shown already comes once more and changes nothing. */
const afterInstant = (time: string): string => new Date(Date.parse(time) + 1).toISOString();

const dataOf = <Data>(event: Event): Data =>
  JSON.parse((event as MessageEvent<string>).data) as Data;

function connectionProblem(stream: EventSource): string {
  if (stream.readyState === EventSource.CLOSED) {
    return 'Live updates were refused. Stop, and follow again in a while.';
  }
  return `Live updates lost ${new Date().toISOString().slice(11, 16)} UTC. Retrying.`;
}
