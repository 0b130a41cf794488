'use client';

import { useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { rememberRequest } from '@/components/shell/recent-requests';
import { ProblemError } from '@/components/shell/api-client';
import { Panel } from '@/components/ui/panel';
import ui from '@/components/ui/ui.module.css';
import { axisOver, foldGaps } from '@/lib/requests/view/axis';
import type { RequestPage as View } from '@/lib/pages/contract';
import type { LogRow, SpanRow } from '@/lib/requests/contract';
import { formatCount, formatDuration } from '@/lib/time/format';
import { Crosshair } from '@/components/ui/crosshair';
import { DetailPanel } from './details/span-details';
import { Dock, DOCK_TABS } from './signals/signal-panel';
import { LedgerBar } from './summary/ledger-bar';
import { Minimap } from './minimap/minimap';
import { chunkOf, columnsQuery, requestQuery, spansQuery } from './queries';
import { linesOf, tableOfColumns, tableOfRows } from './waterfall/span-table';
import { useUrlState } from './url-state';
import { VerdictBar } from './summary/verdict-bar';
import { Waterfall, type WaterfallHandle } from './waterfall/waterfall';
import styles from './requests.module.css';

const FOLD_SHARE = 0.035;
const KEEP_LOOKING_MS = 5_000;
const BLIND_MS = 10_000;

/** The traces source says itself that it cannot find all of so new a request: asked again until it can. */
const notSearchableYet = (view: View) =>
  view.complete &&
  view.ledger.some(
    (entry) =>
      entry.signal === 'traces' &&
      entry.reasons.some((reason) => reason.code === 'not_searchable_yet'),
  );

/** The request page: asks, shows what is there while the rest arrives, and says what is missing. */
export function RequestPage({ id }: { id: string }) {
  const client = useQueryClient();
  const url = useUrlState();
  const [looking, setLooking] = useState(false);
  const query = useQuery({
    ...requestQuery(client, {
      id,
      from: url.get('from'),
      to: url.get('to'),
      evidence: url.get('evidence'),
    }),
    refetchInterval: ({ state: { data: known } }) =>
      looking && !known?.window
        ? KEEP_LOOKING_MS
        : known && notSearchableYet(known)
          ? BLIND_MS
          : false,
  });
  // More came while it was asked for: asked once more when that is done, never in the middle.
  const refreshing = useRef<'no' | 'once' | 'again'>('no');
  const refresh = async () => {
    const busy = refreshing.current !== 'no';
    refreshing.current = busy || query.isFetching ? 'again' : 'once';
    if (busy) return;
    for (let more = true; more;) {
      more = refreshing.current === 'again';
      refreshing.current = 'once';
      await query.refetch({ cancelRefetch: false });
      more ||= (refreshing.current as string) === 'again';
    }
    refreshing.current = 'no';
  };
  const view = query.data;
  const outcome = view?.complete && view.window ? view.verdict.state : undefined;
  const operation = view?.lanes[0] ? `${view.lanes[0].service} ${view.lanes[0].name}` : '';
  const durationNs = view?.window?.durationNs ?? 0;
  useEffect(() => {
    if (outcome) rememberRequest({ id, state: outcome, operation, durationNs });
  }, [id, outcome, operation, durationNs]);

  if (query.error && !view?.window) {
    const retry = (
      <button type="button" className={ui.button} onClick={() => void query.refetch()}>
        Retry
      </button>
    );
    return (
      <Panel
        state="failed"
        height="60vh"
        message={
          query.error instanceof ProblemError
            ? query.error.message
            : 'The portal did not answer. Check your connection.'
        }
        action={retry}
      />
    );
  }
  if (!view)
    return <Panel state="loading" height="60vh" message="Searching all sources: last 15 min…" />;
  if (!view.window)
    return (
      <NothingFound
        view={view}
        looking={looking}
        onLook={() => setLooking(!looking)}
        onRetry={() => void query.refetch()}
      />
    );
  return (
    <FoundRequest
      view={view}
      broken={query.error !== null}
      onRetry={() => void query.refetch()}
      onChanged={() => void refresh()}
    />
  );
}

function NothingFound({
  view,
  looking,
  onLook,
  onRetry,
}: {
  view: View;
  looking: boolean;
  onLook: () => void;
  onRetry: () => void;
}) {
  const failed = view.ledger.filter(
    (entry) => entry.state === 'failed' || entry.state === 'partial',
  );
  const [from, to] = [view.ledger[0]?.window?.from, view.ledger[0]?.window?.to];
  const reach = from && to ? formatDuration((Date.parse(to) - Date.parse(from)) * 1e6) : '';
  const sweeping = view.ledger.find((entry) => entry.state === 'searching')?.sweeping;
  const message =
    !view.complete && !looking
      ? `Searching all sources${sweeping ? `: last ${sweeping}` : ''}…`
      : failed.length === 2
        ? 'No source answered. Check sources.'
        : failed.length
          ? `Nothing found${reach ? ` in ${reach}` : ''}, but not every source answered.`
          : `Nothing found in ${reach.replace(/^(\d+) d.*/, (_, days: string) => `${days} day${days === '1' ? '' : 's'}`)}; all sources answered. Mistyped, sampled away, expired, or under 30 s old.`;
  return (
    <>
      <LedgerBar view={view} onRetry={onRetry} raw={false} onRaw={() => {}} />
      <Panel
        state={view.complete ? 'empty' : 'loading'}
        height="50vh"
        message={
          <span role="heading" aria-level={1} data-testid="empty">
            {message}
          </span>
        }
        action={
          (view.complete || looking) && (
            <button type="button" className={ui.button} onClick={onLook} aria-pressed={looking}>
              {looking ? 'Looking every 5 s. Stop' : 'Keep looking'}
            </button>
          )
        }
      />
    </>
  );
}

const PHONE = '(max-width: 720px)';
function usePhone(): boolean {
  return useSyncExternalStore(
    (listener) => {
      const media = matchMedia(PHONE);
      media.addEventListener('change', listener);
      return () => media.removeEventListener('change', listener);
    },
    () => matchMedia(PHONE).matches,
    () => false,
  );
}

function FoundRequest({
  view: adjusted,
  broken,
  onRetry,
  onChanged,
}: {
  view: View;
  broken: boolean;
  onRetry: () => void;
  onChanged: () => void;
}) {
  const url = useUrlState();
  const phone = usePhone();
  const [crosshair] = useState(() => new Crosshair());
  const waterfall = useRef<WaterfallHandle>(null);
  const raw = url.get('clock') === 'raw';
  const view = useMemo(
    () =>
      raw
        ? {
            ...adjusted,
            logs: adjusted.logs.map((log) => ({ ...log, offsetNs: log.offsetNs - log.skewNs })),
          }
        : adjusted,
    [adjusted, raw],
  );
  const large = view.spanCount > view.spans.length;

  const columns = useQuery(columnsQuery(view.correlationId, view.revision, large));
  const [chunks, setChunks] = useState<readonly number[]>([]);
  const fetched = useQueries({
    queries: large
      ? chunks.map((chunk) => spansQuery(view.correlationId, view.revision, chunk, view.spanCount))
      : [],
    combine: byPosition,
  });
  const table = useMemo(
    () =>
      columns.data
        ? tableOfColumns(columns.data, fetched, view.positions)
        : tableOfRows(view.spans, raw),
    [columns.data, fetched, view.spans, view.positions, raw],
  );

  const [collapsed, setCollapsed] = useState<ReadonlySet<string>>(new Set());
  const lines = useMemo(() => linesOf(view, table, collapsed), [view, table, collapsed]);
  const services = table.services;
  const duration = Math.max(1, view.window!.durationNs);
  const linear = url.get('gaps') === 'linear';
  const segments = useMemo(
    () =>
      linear ? [{ from: 0, to: duration, folded: false }] : foldGaps(busyOf(view), 0, duration),
    [view, duration, linear],
  );
  const [viewport, setViewport] = useState<readonly [number, number] | null>(null);
  // The request may turn out shorter than when it was zoomed into.
  const [from, to] =
    viewport && viewport[0] < duration
      ? [viewport[0], Math.min(viewport[1], duration)]
      : [0, duration];
  const whole = useMemo(() => axisOver(segments, 0, duration, FOLD_SHARE), [segments, duration]);
  const axis = useMemo(() => axisOver(segments, from, to, FOLD_SHARE), [segments, from, to]);

  const logsBySpan = useMemo(() => {
    const bySpan = new Map<string, LogRow[]>();
    for (const log of view.logs)
      if (log.span) bySpan.set(log.span, [...(bySpan.get(log.span) ?? []), log]);
    return bySpan;
  }, [view.logs]);

  const culpritRow =
    view.verdict.culprit === null
      ? undefined
      : view.spans.find((span) => span.id === view.verdict.culprit);
  const culprit = view.verdict.culprit === null ? -1 : table.positionOf(view.verdict.culprit);
  const wanted = url.get('span');
  // On a wide screen the culprit's details are open until somebody chooses otherwise.
  const chosenId = wanted === 'none' ? null : (wanted ?? (phone ? null : view.verdict.culprit));
  const selected = chosenId === null ? -1 : table.positionOf(chosenId);
  const detail =
    selected >= 0 ? table.row(selected) : chosenId === culpritRow?.id ? culpritRow : undefined;

  const shownOnce = useRef(false);
  const select = (position: number) => {
    const row = table.row(position);
    // From here on the person leads; the first scroll to the culprit must not take the focus away again.
    shownOnce.current = true;
    if (row) url.set({ span: row.id });
  };
  useEffect(() => {
    if (shownOnce.current || selected < 0 || phone) return;
    shownOnce.current = true;
    // The keys work at once, unless somebody is typing.
    waterfall.current?.show(selected, document.activeElement === document.body, 'center');
  }, [selected, phone]);

  const zoom = (factor: number | null) => {
    if (factor === null) return setViewport(null);
    const at =
      crosshair.get() ??
      (selected >= 0 ? table.start(selected) + table.duration(selected) / 2 : (from + to) / 2);
    const centre = Math.min(to, Math.max(from, at));
    const next: [number, number] = [
      Math.max(0, centre - (centre - from) * factor),
      Math.min(duration, centre + (to - centre) * factor),
    ];
    setViewport(
      next[0] <= 0 && next[1] >= duration ? null : next[1] - next[0] < 1000 ? viewport : next,
    );
  };
  const copy = () => {
    const link = new URL(window.location.href);
    if (view.verdict.culprit && !wanted && !phone)
      link.searchParams.set('span', view.verdict.culprit);
    void navigator.clipboard?.writeText(link.toString());
  };
  const toggleRaw = () => url.set({ clock: raw ? null : 'raw' });
  const toggle = (key: string, open: boolean) =>
    setCollapsed((before) => {
      const next = new Set(before);
      if (open) next.delete(key);
      else next.add(key);
      return next;
    });
  const onVisible = useCallback(
    (positions: readonly number[]) => {
      if (!large || positions.length === 0) return;
      const needed = [...new Set([chunkOf(positions[0]!), ...positions.map(chunkOf)])];
      setChunks((before) =>
        needed.every((chunk) => before.includes(chunk))
          ? before
          : [...new Set([...before, ...needed])].slice(-40),
      );
    },
    [large],
  );

  const tab = url.get('tab') ?? (phone ? 'timeline' : 'logs');

  return (
    <div className={styles.page} data-complete={view.complete} data-testid="request">
      <VerdictBar
        view={view}
        onCopy={copy}
        exportHref={`/api/requests/${encodeURIComponent(view.correlationId)}/export?format=json`}
      />
      <div>
        <LedgerBar view={view} onRetry={onRetry} raw={raw} onRaw={toggleRaw} />
        {broken && (
          <div className={styles.notes} role="status">
            <p>
              The connection to the portal was lost; this may not be all.{' '}
              <button type="button" className={styles.linkButton} onClick={onRetry}>
                Retry
              </button>
            </p>
          </div>
        )}
      </div>
      <div>
        {culpritRow && (
          <button
            type="button"
            className={`${styles.culpritCard} ${styles.box} ${culpritRow.failed ? styles.exception : ''}`}
            onClick={() => url.set({ span: culpritRow.id })}
          >
            <b>
              {culpritRow.service} {culpritRow.name}
            </b>
            <br />
            {culpritRow.failed
              ? culpritRow.statusMessage || culpritRow.errorType
              : `${formatDuration(culpritRow.durationNs)}, normally ${formatDuration(culpritRow.normalNs ?? 0)}`}
          </button>
        )}
        <Minimap
          table={table}
          logs={view.logs}
          laneCount={view.lanes.length}
          axis={whole}
          viewport={[from, to]}
          onViewport={setViewport}
          crosshair={crosshair}
        />
        <div className={styles.zoom}>
          <button type="button" className={ui.button} onClick={() => zoom(0.5)}>
            Zoom in
          </button>
          <button type="button" className={ui.button} onClick={() => zoom(2)}>
            Zoom out
          </button>
          <button type="button" className={ui.button} onClick={() => zoom(null)}>
            Whole
          </button>
        </div>
        <div className={styles.segments} role="group" aria-label="Show">
          {(['timeline', ...DOCK_TABS] as const).map((name) => (
            <button
              key={name}
              type="button"
              aria-pressed={tab === name}
              onClick={() => url.set({ tab: name })}
            >
              {name === 'logs'
                ? `Logs ${formatCount(view.logCount)}`
                : name.slice(0, 1).toUpperCase() + name.slice(1)}
            </button>
          ))}
        </div>
      </div>
      <div className={styles.body} data-detail={Boolean(detail)}>
        <div className={styles.left} data-view={tab}>
          <Waterfall
            ref={waterfall}
            view={view}
            table={table}
            lines={lines}
            axis={axis}
            crosshair={crosshair}
            services={services}
            selected={selected}
            culprit={culprit}
            phone={phone}
            collapsed={collapsed}
            logsBySpan={logsBySpan}
            showGhosts={!raw}
            onSelect={select}
            onClose={() => url.set({ span: 'none' })}
            onToggle={toggle}
            onZoom={zoom}
            onRaw={toggleRaw}
            onCopy={copy}
            onVisible={onVisible}
          />
          <Dock
            view={view}
            services={services}
            phone={phone}
            crosshair={crosshair}
            onChanged={onChanged}
            onPick={(log) => {
              crosshair.pin(log.offsetNs);
              shownOnce.current = true;
              if (!log.span) return;
              url.set({ span: log.span });
              waterfall.current?.show(table.positionOf(log.span), false);
            }}
          />
        </div>
        {detail && (
          <DetailPanel
            span={detail}
            logs={logsBySpan.get(detail.id) ?? []}
            services={services}
            isCulprit={detail.id === view.verdict.culprit}
            onClose={() => url.set({ span: 'none' })}
            onOpenTrace={(traceId, spanId) => {
              const position = table.positionOf(`${traceId}.${spanId}`);
              if (position < 0) return;
              select(position);
              waterfall.current?.show(position);
            }}
          />
        )}
      </div>
    </div>
  );
}

/** One function for all renders, or every render would make a new table. */
const byPosition = (results: readonly { readonly data?: Map<number, SpanRow> | undefined }[]) =>
  new Map(results.flatMap((result) => [...(result.data ?? [])]));

/** When something happens: lanes as wholes, and log lines of their own. */
function busyOf(view: View): [number, number][] {
  return [
    ...view.lanes.map((lane): [number, number] => [
      lane.startOffsetNs,
      lane.startOffsetNs + lane.durationNs,
    ]),
    ...view.logs.map((log): [number, number] => [log.offsetNs, log.offsetNs]),
  ];
}
