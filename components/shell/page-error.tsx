'use client';

import { startTransition } from 'react';
import { useRouter } from 'next/navigation';
import ui from '@/components/ui/ui.module.css';
import { PageMessage, type PageLink } from './page-message';

/**
 * What Next hands to an error boundary: an error of the server has a digest, one of the browser
 * none.
 */
export interface PageErrorProps {
  readonly error: Error & { readonly digest?: string };
  readonly reset: () => void;
}

/**
 * A page that failed: offers to try again, and names what finds the failure in the portal's own
 * logs.
 */
export function PageError({
  error,
  reset,
  title,
  links,
}: PageErrorProps & { title: string; links: readonly PageLink[] }) {
  const router = useRouter();
  const retry = () =>
    startTransition(() => {
      router.refresh();
      reset();
    });
  return (
    <PageMessage
      title={title}
      links={links}
      action={
        <button type="button" className={`${ui.button} ${ui.primary}`} onClick={retry}>
          Retry
        </button>
      }
    >
      {error.digest ? (
        <>
          <p>The portal could not read what this page needs. Its database may be down.</p>
          <p>
            Error <code className="mono">{error.digest}</code>: the portal’s log has it as{' '}
            <code className="mono">digest</code>, with the correlation id.
          </p>
        </>
      ) : (
        <p>This page failed in the browser: {error.message}</p>
      )}
    </PageMessage>
  );
}
