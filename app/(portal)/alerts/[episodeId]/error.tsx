'use client';

import { PageError, type PageErrorProps } from '@/components/shell/page-error';

const LINKS = [
  { href: '/alerts', title: 'All alerts' },
  { href: '/sources', title: 'Check sources' },
];

export default function EpisodeError(props: PageErrorProps) {
  return (
    <PageError {...props} title="This alert cannot be read. Open Alertmanager." links={LINKS} />
  );
}
