'use client';

import { PageError, type PageErrorProps } from '@/components/shell/page-error';

const LINKS = [
  { href: '/', title: 'Find a request' },
  { href: '/sources', title: 'Check sources' },
];

export default function AlertsError(props: PageErrorProps) {
  return <PageError {...props} title="Alerts cannot be read. Open Alertmanager." links={LINKS} />;
}
