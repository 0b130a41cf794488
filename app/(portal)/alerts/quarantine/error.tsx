'use client';

import { PageError, type PageErrorProps } from '@/components/shell/page-error';

const LINKS = [
  { href: '/alerts', title: 'All alerts' },
  { href: '/sources', title: 'Check sources' },
];

export default function QuarantineError(props: PageErrorProps) {
  return <PageError {...props} title="Quarantine cannot be read." links={LINKS} />;
}
