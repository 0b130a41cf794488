'use client';

import { PageError, type PageErrorProps } from '@/components/shell/page-error';
import { PlainBar } from '@/components/shell/plain-bar';

const LINKS = [{ href: '/', title: 'Find a request' }];

/** What fails before a page begins: the bar of the portal cannot be shown then. */
export default function RootError(props: PageErrorProps) {
  return (
    <>
      <PlainBar />
      <PageError {...props} title="The portal cannot be shown." links={LINKS} />
    </>
  );
}
