'use client';

import { PageError, type PageErrorProps } from '@/components/shell/page-error';

const LINKS = [{ href: '/', title: 'Find a request' }];

/** What fails before a page begins: the bar itself cannot be shown then. */
export default function RootError(props: PageErrorProps) {
  return <PageError {...props} title="The portal cannot be shown." links={LINKS} />;
}
