'use client';

import { usePathname } from 'next/navigation';
import { SearchBox } from './search-box';
import { requestOf } from './section';

/** The search of the bar, holding the id of the request that is shown. Home has a larger one. */
export function BarSearch() {
  const path = usePathname();
  if (path === '/') return null;
  const request = requestOf(path) ?? '';
  return <SearchBox key={request} initial={request} />;
}
