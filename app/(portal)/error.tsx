'use client';

import { Panel } from '@/components/ui/panel';
import ui from '@/components/ui/ui.module.css';

export default function PortalError({ reset }: { reset: () => void }) {
  const retry = (
    <button type="button" className={ui.button} onClick={reset}>
      Retry
    </button>
  );
  return (
    <main>
      <Panel state="failed" height="60vh" message="This page could not be made. The database may be away." action={retry} />
    </main>
  );
}
