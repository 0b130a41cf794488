'use client';

import { PageError, type PageErrorProps } from '@/components/shell/page-error';

const LINKS = [
  { href: '/', title: 'Find a request' },
  { href: '/sources', title: 'Check sources' },
];

export default function RequestError(props: PageErrorProps) {
  return <PageError {...props} title="This request cannot be shown." links={LINKS} />;
}
