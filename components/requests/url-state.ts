'use client';

import { useUrlState as useUrl } from '@/components/ui/url-state';

export type UrlKey = 'from' | 'to' | 'span' | 'tab' | 'clock' | 'gaps' | 'q' | 'with' | 'evidence';

/** What is seen of a request. */
export const useUrlState = () => useUrl<UrlKey>();
