'use client';

import { usePathname, useSearchParams } from 'next/navigation';
import { useCallback } from 'react';

/** What is seen is in the URL. Changing it renders nothing on the server; what the browser's back button should undo is pushed. */
export function useUrlState<Key extends string>(): {
  get: (key: Key) => string | null;
  set: (changes: Partial<Record<Key, string | null>>, how?: 'replace' | 'push') => void;
  search: string;
} {
  const search = useSearchParams();
  const path = usePathname();
  const set = useCallback(
    (changes: Partial<Record<Key, string | null>>, how: 'replace' | 'push' = 'replace') => {
      const next = new URLSearchParams(window.location.search);
      for (const [key, value] of Object.entries(changes) as [Key, string | null | undefined][]) {
        if (value === null || value === undefined) next.delete(key);
        else next.set(key, value);
      }
      window.history[how === 'push' ? 'pushState' : 'replaceState'](
        null,
        '',
        `${path}${next.size ? `?${next}` : ''}`,
      );
    },
    [path],
  );
  return { get: (key) => search.get(key), set, search: search.toString() };
}
