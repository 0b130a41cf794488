'use client';

import dynamic from 'next/dynamic';
import { useMemo, useState, type ReactNode } from 'react';
import ui from '@/components/ui/ui.module.css';
import type { RequestPage as View } from '@/lib/pages/contract';
import type { LogRow } from '@/lib/requests/contract';
import { formatCount } from '@/lib/time/format';
import type { Crosshair } from '@/components/ui/crosshair';
import { LogList } from '../logs/log-list';
import { MetricList } from '../context/metric-list';
import { useTail } from '../logs/live-tail';
import { useUrlState } from '../url-state';
import styles from '../requests.module.css';

const Comparison = dynamic(() => import('./comparison'), { ssr: false, loading: () => <span /> });

const Operations = dynamic(() => import('./operations'), { ssr: false, loading: () => <span /> });

const EpisodeBands = dynamic(() => import('../context/episode-bands'), {
  ssr: false,
  loading: () => <span />,
});

const ClusterChanges = dynamic(() => import('../context/cluster-changes'), {
  ssr: false,
  loading: () => <span />,
});

const AroundDialog = dynamic(() => import('../logs/log-context-dialog'), { ssr: false });

export const DOCK_TABS = ['logs', 'metrics', 'operations', 'compare'] as const;
type DockTab = (typeof DOCK_TABS)[number];

interface Props {
  readonly view: View;
  readonly services: readonly string[];
  readonly phone: boolean;
  readonly crosshair: Crosshair;
  readonly onPick: (log: LogRow) => void;
  /** More of the request is there than is shown. */
  readonly onChanged: () => void;
}

/** Below the waterfall: the lines, the metrics, the operations, and another request beside this one. */
export function Dock({ view, services, phone, crosshair, onPick, onChanged }: Props) {
  const url = useUrlState();
  const tab = DOCK_TABS.find((name) => name === url.get('tab')) ?? 'logs';
  const titles: Record<DockTab, string> = {
    logs: `Logs ${formatCount(view.logCount)}`,
    metrics: 'Metrics',
    operations: 'Operations',
    compare: 'Compare',
  };
  const changes = view.annotations.find((note) => note.kind === 'changes');
  const filtered = useFilteredLogs(view);
  const [around, setAround] = useState<LogRow | null>(null);
  const startMs = Date.parse(view.window!.start);
  const endMs = startMs + Math.max(1, view.window!.durationNs) / 1e6;
  const choose = (name: DockTab) => {
    url.set({ tab: name });
    document.getElementById(`tab-${name}`)?.focus();
  };
  return (
    <section className={styles.dock} aria-label="Logs, metrics and comparison">
      <div className={styles.tabs}>
        <div role="tablist" aria-label="Logs, metrics and comparison">
          {DOCK_TABS.map((name, index) => (
            <button
              key={name}
              type="button"
              role="tab"
              id={`tab-${name}`}
              aria-selected={tab === name}
              aria-controls="dock-panel"
              tabIndex={tab === name ? 0 : -1}
              onClick={() => url.set({ tab: name })}
              onKeyDown={(event) => {
                const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
                if (step) choose(DOCK_TABS[(index + step + DOCK_TABS.length) % DOCK_TABS.length]!);
              }}
            >
              {titles[name]}
            </button>
          ))}
        </div>
        {tab === 'logs' && (
          <div className={styles.filters}>
            <Follow view={view} onChanged={onChanged} />
            {filtered.controls}
          </div>
        )}
      </div>
      <div
        role="tabpanel"
        id="dock-panel"
        aria-labelledby={`tab-${tab}`}
        style={{ display: 'grid', minHeight: 0 }}
      >
        {tab === 'operations' ? (
          <Operations id={view.correlationId} revision={view.revision} services={services} />
        ) : tab === 'compare' ? (
          <Comparison id={view.correlationId} revision={view.revision} services={services} />
        ) : tab === 'metrics' ? (
          <div className={styles.context}>
            {changes && (changes.failed || changes.items.length > 0) && (
              <ClusterChanges changes={changes} />
            )}
            {view.episodes.length > 0 && (
              <EpisodeBands episodes={view.episodes} startMs={startMs} endMs={endMs} />
            )}
            <MetricList
              panels={view.metrics}
              startMs={startMs}
              endMs={endMs}
              services={services}
              crosshair={crosshair}
              empty={whyNoMetrics(view)}
            />
          </div>
        ) : (
          <LogList
            logs={filtered.logs}
            total={view.logCount}
            services={services}
            crosshair={crosshair}
            selectedSpan={chosenSpan(url.get('span'))}
            phone={phone}
            empty={whyNoLogs(view)}
            onPick={onPick}
            onAround={setAround}
          />
        )}
      </div>
      {around && (
        <AroundDialog
          id={view.correlationId}
          revision={view.revision}
          line={around}
          onClose={() => setAround(null)}
        />
      )}
    </section>
  );
}

const chosenSpan = (wanted: string | null) => (wanted && wanted !== 'none' ? wanted : null);

/** The lines that pass the level, the service and the text, and the controls that choose them. */
function useFilteredLogs(view: View): { logs: readonly LogRow[]; controls: ReactNode } {
  const url = useUrlState();
  const [level, setLevel] = useState('');
  const [service, setService] = useState('');
  const text = (url.get('q') ?? '').toLowerCase();
  const logs = useMemo(
    () =>
      view.logs.filter(
        (log) =>
          (!level || log.level === level || (level === 'unattached' && log.unattached)) &&
          (!service || log.service === service) &&
          (!text || log.body.toLowerCase().includes(text)),
      ),
    [view.logs, level, service, text],
  );
  const controls = (
    <>
      {view.logCount > view.logs.length && (
        <span>
          the first {formatCount(view.logs.length)} of {formatCount(view.logCount)}; Export has all
        </span>
      )}
      <input
        type="search"
        aria-label="Find in logs"
        placeholder="Find in logs"
        value={url.get('q') ?? ''}
        onChange={(event) => url.set({ q: event.target.value || null })}
      />
      <select aria-label="Level" value={level} onChange={(event) => setLevel(event.target.value)}>
        <option value="">All levels</option>
        {['error', 'warn', 'info', 'debug'].map((each) => (
          <option key={each}>{each}</option>
        ))}
        <option value="unattached">unattached</option>
      </select>
      <select
        aria-label="Service"
        value={service}
        onChange={(event) => setService(event.target.value)}
      >
        <option value="">All services</option>
        {[...new Set(view.logs.map((log) => log.service))].sort().map((each) => (
          <option key={each}>{each}</option>
        ))}
      </select>
    </>
  );
  return { logs, controls };
}

/** New lines as they come, for whoever asks for them; nothing changes by itself otherwise. */
function Follow({ view, onChanged }: { view: View; onChanged: () => void }) {
  const [following, setFollowing] = useState(false);
  const newest = view.logs.at(-1)?.time ?? view.window!.start;
  const trouble = useTail({
    id: view.correlationId,
    since: newest,
    enabled: following,
    onLines: onChanged,
  });
  return (
    <>
      <button
        type="button"
        className={ui.button}
        aria-pressed={following}
        onClick={() => setFollowing(!following)}
      >
        {following ? 'Following. Stop' : 'Follow'}
      </button>
      <span role="status">{following ? trouble : ''}</span>
    </>
  );
}

function whyNoLogs(view: View): string {
  const entry = view.ledger.find(({ signal }) => signal === 'logs')!;
  if (view.logs.length > 0) return 'No line matches these filters.';
  if (entry.state === 'searching') return 'Logs still searching…';
  return entry.state === 'failed'
    ? `${entry.reasons[0]?.sentence}.`
    : 'No log line carries this id or belongs to its traces.';
}

function whyNoMetrics(view: View): string {
  const entry = view.ledger.find(({ signal }) => signal === 'metrics')!;
  if (entry.state === 'searching') return 'Asking for metrics…';
  return entry.state === 'failed'
    ? `${entry.reasons[0]?.sentence}.`
    : `No metrics: ${entry.reasons[0]?.sentence ?? 'nothing was touched'}.`;
}
