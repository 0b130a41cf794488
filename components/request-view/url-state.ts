'use client';

import { usePathname, useSearchParams } from 'next/navigation';
import { useCallback } from 'react';

export type UrlKey = 'from' | 'to' | 'span' | 'tab' | 'clock' | 'gaps' | 'q' | 'with' | 'evidence';

/** What is seen is in the URL. Changing it renders nothing on the server. */
export function useUrlState(): { get: (key: UrlKey) => string | null; set: (changes: Partial<Record<UrlKey, string | null>>) => void } {
  const search = useSearchParams();
  const path = usePathname();
  const set = useCallback(
    (changes: Partial<Record<UrlKey, string | null>>) => {
      const next = new URLSearchParams(window.location.search);
      for (const [key, value] of Object.entries(changes)) {
        if (value === null || value === undefined) next.delete(key);
        else next.set(key, value);
      }
      window.history.replaceState(null, '', `${path}${next.size ? `?${next}` : ''}`);
    },
    [path],
  );
  return { get: (key) => search.get(key), set };
}
