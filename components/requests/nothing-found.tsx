'use client';

import { Panel } from '@/components/ui/panel';
import { triedText } from '@/components/shell/tried-text';
import ui from '@/components/ui/ui.module.css';
import { asSearchId } from '@/lib/correlation-id/grammar';
import { triedAs } from '@/lib/correlation-id/spellings';
import type { RequestView } from '@/lib/requests/contract';
import { LedgerBar } from './summary/ledger-bar';
import { nothingFoundText } from './summary/ledger-text';
import type { RequestQueryState } from './use-request-query';

/** No source has anything with this id: what was searched, and whether it may still come. */
export function NothingFound({ view, query }: { view: RequestView; query: RequestQueryState }) {
  const { keepSearching, setKeepSearching } = query;
  const id = asSearchId(view.correlationId);
  const message = (
    <>
      <span role="heading" aria-level={1} data-testid="empty">
        {nothingFoundText(view, keepSearching)}
      </span>
      {view.complete && id && <p data-testid="tried">{triedText(triedAs(id))}</p>}
    </>
  );
  const repeat = (
    <button
      type="button"
      className={ui.button}
      onClick={() => setKeepSearching(!keepSearching)}
      aria-pressed={keepSearching}
    >
      {keepSearching ? 'Searching every 5 s. Stop' : 'Keep searching'}
    </button>
  );
  return (
    <>
      <LedgerBar view={view} onRetry={query.retry} />
      <Panel
        state={view.complete ? 'empty' : 'loading'}
        height="50vh"
        message={message}
        action={view.complete || keepSearching ? repeat : undefined}
      />
    </>
  );
}
