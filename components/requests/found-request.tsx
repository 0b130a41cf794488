'use client';

import { useEffect, useRef, type RefObject } from 'react';
import type { RequestPage } from '@/lib/pages/contract';
import type { LogRow } from '@/lib/requests/contract';
import { SpanDetails } from './details/span-details';
import { Minimap } from './minimap/minimap';
import { PageTabs, ZoomButtons } from './phone-controls';
import { RequestProvider, timesOf } from './request-context';
import { NO_SPAN } from './search-params';
import { SignalPanel } from './signals/signal-panel';
import { CulpritCard } from './summary/culprit-card';
import { LedgerBar } from './summary/ledger-bar';
import { VerdictBar } from './summary/verdict-bar';
import { useRequestPageState, type RequestPageState } from './use-request-page-state';
import { NAVIGATION, useRequestSearch } from './use-request-search';
import { NO_POSITION } from './waterfall/span-table';
import { Waterfall, type WaterfallHandle } from './waterfall/waterfall';
import type { WaterfallActions } from './waterfall/waterfall-model';
import shared from './requests.module.css';
import styles from './request-page.module.css';

interface Props {
  readonly view: RequestPage;
  readonly connectionLost: boolean;
  readonly onRetry: () => void;
  readonly onChanged: () => void;
}

/**
 * A request of which something was found: the sentence first, how far to trust it, then the
 * picture.
 */
export function FoundRequest({ view: found, connectionLost, onRetry, onChanged }: Props) {
  const state = useRequestPageState(found);
  const { view, model, crosshair, phone, selectedSpan } = state;
  const { waterfall, actions, selectLog, openSpan } = usePageActions(state);
  return (
    <RequestProvider view={view} services={model.services} crosshair={crosshair} phone={phone}>
      <div className={styles.page} data-complete={view.complete} data-testid="request">
        <VerdictBar onCopy={actions.copyLink} />
        <div>
          <LedgerBar view={view} onRetry={onRetry} />
          {connectionLost && <ConnectionLost onRetry={onRetry} />}
        </div>
        <div>
          {state.culprit && <CulpritCard culprit={state.culprit} />}
          <Minimap
            table={model.table}
            axis={state.wholeAxis}
            viewport={state.viewport}
            onViewport={state.setViewport}
          />
          <ZoomButtons onZoom={state.zoom} />
          <PageTabs tab={state.tab} logCount={view.logCount} />
        </div>
        <div className={styles.body} data-details={selectedSpan !== undefined}>
          <div className={styles.main} data-tab={state.tab}>
            <Waterfall
              ref={waterfall}
              model={model}
              actions={actions}
              crosshair={crosshair}
              selected={state.selected}
              startMs={timesOf(view).startMs}
              phone={phone}
            />
            <SignalPanel onSelectLog={selectLog} onChanged={onChanged} />
          </div>
          {selectedSpan && (
            <SpanDetails
              span={selectedSpan}
              logs={model.logsBySpan.get(selectedSpan.id) ?? []}
              onClose={actions.closeDetails}
              onOpenSpan={openSpan}
            />
          )}
        </div>
      </div>
    </RequestProvider>
  );
}

/** What a person can do on the page, wherever it is done. */
function usePageActions(state: RequestPageState) {
  const { model, crosshair, selected, phone } = state;
  const [search, setSearch] = useRequestSearch();
  const waterfall = useRef<WaterfallHandle>(null);
  const personLeads = useScrollToFirst(waterfall, selected, phone);

  const select = (position: number) => {
    personLeads();
    const span = model.table.span(position);
    if (span) void setSearch({ span: span.id });
  };
  const selectLog = (log: LogRow) => {
    personLeads();
    crosshair.pin(log.offsetNs);
    if (!log.span) return;
    void setSearch({ span: log.span });
    waterfall.current?.show(model.table.positionOf(log.span), { focus: false });
  };
  const openSpan = (id: string) => {
    const position = model.table.positionOf(id);
    if (position === NO_POSITION) return;
    personLeads();
    void setSearch({ span: id }, NAVIGATION);
    waterfall.current?.show(position);
  };
  const copyLink = () => {
    const link = new URL(window.location.href);
    const { selectedSpan } = state;
    // The culprit's details may be open without having been chosen: a colleague sees them as well.
    if (selectedSpan) link.searchParams.set('span', selectedSpan.id);
    void navigator.clipboard?.writeText(link.toString());
  };
  const actions: WaterfallActions = {
    select,
    copyLink,
    closeDetails: () => void setSearch({ span: NO_SPAN }),
    toggle: state.toggle,
    zoom: state.zoom,
    toggleClock: () => void setSearch({ clock: search.clock === 'raw' ? 'adjusted' : 'raw' }),
    showPositions: state.showPositions,
  };
  return { waterfall, actions, selectLog, openSpan };
}

/**
 * The first chosen span is scrolled into view, once; not any more when a person has chosen another.
 */
function useScrollToFirst(
  waterfall: RefObject<WaterfallHandle | null>,
  selected: number,
  phone: boolean,
): () => void {
  const done = useRef(false);
  useEffect(() => {
    if (done.current || selected === NO_POSITION || phone) return;
    done.current = true;
    // The keys work at once, unless somebody is typing.
    const focus = document.activeElement === document.body;
    waterfall.current?.show(selected, { focus, align: 'center' });
  }, [waterfall, selected, phone]);
  return () => {
    done.current = true;
  };
}

function ConnectionLost({ onRetry }: { onRetry: () => void }) {
  return (
    <div className={shared.notes} role="status">
      <p>
        The connection to the portal was lost; this may not be all.{' '}
        <button type="button" className={shared.linkButton} onClick={onRetry}>
          Retry
        </button>
      </p>
    </div>
  );
}
