import { useEffect, useState } from 'react';

/**
 * The time in milliseconds since 1970, anew every so often: ages on the screen grow without a
 * question to the server. The server's time comes first, so that both render the same.
 */
export function useNow(serverNow: string, everyMs = 5_000): number {
  const [now, setNow] = useState(() => Date.parse(serverNow));
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
