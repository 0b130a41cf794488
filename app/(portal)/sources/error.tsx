'use client';

import { PageError, type PageErrorProps } from '@/components/shell/page-error';

const LINKS = [
  { href: '/', title: 'Find a request' },
  { href: '/alerts', title: 'All alerts' },
];

export default function SourcesError(props: PageErrorProps) {
  return <PageError {...props} title="Sources cannot be shown." links={LINKS} />;
}
