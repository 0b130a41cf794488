'use client';

import dynamic from 'next/dynamic';
import { useMemo, useState, type KeyboardEvent } from 'react';
import type { LogRow } from '@/lib/requests/contract';
import { formatCount } from '@/lib/time/format';
import { filterLogs } from '../logs/filter-logs';
import { FollowButton } from '../logs/follow-button';
import { LogFilters } from '../logs/log-filters';
import { LogList } from '../logs/log-list';
import { useShownRequest } from '../request-context';
import { SIGNAL_TABS, type SignalTab } from '../search-params';
import { NAVIGATION, useRequestSearch } from '../use-request-search';
import styles from './signals.module.css';

const loading = () => <span />;
const Comparison = dynamic(() => import('./comparison'), { ssr: false, loading });
const Operations = dynamic(() => import('./operations'), { ssr: false, loading });
const ContextPanel = dynamic(() => import('../context/context-panel'), { ssr: false, loading });
const LogContextDialog = dynamic(() => import('../logs/log-context-dialog'), { ssr: false });

const PANEL_LABEL = 'Logs, metrics, operations and comparison';

interface Props {
  readonly onSelectLog: (log: LogRow) => void;
  /** More of the request is there than is shown. */
  readonly onChanged: () => void;
}

/**
 * Below the waterfall: the log lines, the metrics, the operations, and another request to compare
 * with.
 */
export function SignalPanel({ onSelectLog, onChanged }: Props) {
  const [search] = useRequestSearch();
  const tab = SIGNAL_TABS.find((name) => name === search.tab) ?? 'logs';
  return (
    <section className={styles.panel} aria-label={PANEL_LABEL} data-part="signals">
      <div className={styles.header}>
        <TabList tab={tab} />
        {tab === 'logs' && (
          <div className={styles.filters}>
            <FollowButton onChanged={onChanged} />
            <LogFilters />
          </div>
        )}
      </div>
      <div
        role="tabpanel"
        id="signal-panel"
        aria-labelledby={`tab-${tab}`}
        className={styles.content}
      >
        <TabContent tab={tab} onSelectLog={onSelectLog} />
      </div>
    </section>
  );
}

function TabContent({ tab, onSelectLog }: { tab: SignalTab; onSelectLog: Props['onSelectLog'] }) {
  switch (tab) {
    case 'logs':
      return <FilteredLogs onSelectLog={onSelectLog} />;
    case 'metrics':
      return <ContextPanel />;
    case 'operations':
      return <Operations />;
    case 'compare':
      return <Comparison />;
    default:
      return tab satisfies never;
  }
}

function FilteredLogs({ onSelectLog }: Pick<Props, 'onSelectLog'>) {
  const { view } = useShownRequest();
  const [{ q, level, service }] = useRequestSearch();
  const [contextOf, setContextOf] = useState<LogRow | null>(null);
  const logs = useMemo(
    () => filterLogs(view.logs, { text: q, level, service }),
    [view.logs, q, level, service],
  );
  return (
    <>
      <LogList logs={logs} onSelect={onSelectLog} onShowContext={setContextOf} />
      {contextOf && <LogContextDialog log={contextOf} onClose={() => setContextOf(null)} />}
    </>
  );
}

/** Arrows move between the tabs, as the pattern of WAI-ARIA has it. */
function TabList({ tab }: { tab: SignalTab }) {
  const { view } = useShownRequest();
  const [, setSearch] = useRequestSearch();
  const titles: Readonly<Record<SignalTab, string>> = {
    logs: `Logs ${formatCount(view.logCount)}`,
    metrics: 'Metrics',
    operations: 'Operations',
    compare: 'Compare',
  };
  const choose = (name: SignalTab) => void setSearch({ tab: name }, NAVIGATION);
  const onKeyDown = (event: KeyboardEvent) => {
    const next = neighbour(tab, event.key);
    if (!next) return;
    choose(next);
    document.getElementById(`tab-${next}`)?.focus();
  };
  return (
    <div role="tablist" aria-label={PANEL_LABEL} onKeyDown={onKeyDown}>
      {SIGNAL_TABS.map((name) => (
        <button
          key={name}
          type="button"
          role="tab"
          id={`tab-${name}`}
          aria-selected={tab === name}
          aria-controls="signal-panel"
          tabIndex={tab === name ? 0 : -1}
          onClick={() => choose(name)}
        >
          {titles[name]}
        </button>
      ))}
    </div>
  );
}

/** The tab that an arrow key leads to, around the ends. */
function neighbour(tab: SignalTab, key: string): SignalTab | undefined {
  const index = SIGNAL_TABS.indexOf(tab);
  if (key === 'ArrowRight') return SIGNAL_TABS[(index + 1) % SIGNAL_TABS.length];
  if (key === 'ArrowLeft') return SIGNAL_TABS.at(index - 1);
  return undefined;
}
