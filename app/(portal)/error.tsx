'use client';

import { Panel } from '@/components/ui/panel';
import ui from '@/components/ui/ui.module.css';

/** What broke on the server has a digest; what broke in the browser has none. */
export default function PortalError({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  const retry = (
    <button type="button" className={ui.button} onClick={reset}>
      Retry
    </button>
  );
  return (
    <main>
      <Panel
        state="failed"
        height="60vh"
        message={
          error.digest
            ? 'This page could not be made. The database may be away.'
            : 'This page broke while it was drawn. Retry, or reload it.'
        }
        action={retry}
      />
    </main>
  );
}
