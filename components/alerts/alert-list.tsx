'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { useSearchParams } from 'next/navigation';
import { useRef, useState, type FormEvent, type KeyboardEvent } from 'react';
import { ProblemError } from '@/components/shell/api-client';
import { Panel } from '@/components/ui/panel';
import ui from '@/components/ui/ui.module.css';
import type { EpisodeList, EpisodeRow } from '@/lib/alerts/contract';
import { formatCount, formatCounted } from '@/lib/time/format';
import type { CompletedAction } from './acknowledge-dialog';
import { AlertRow } from './alert-row';
import { HeartbeatBanner } from './heartbeat-banner';
import { alertKeys, listQuery, useAlertStream, useNow } from './queries';
import { useStableOrder } from './stable-order';
import { Undo } from './undo';
import { describeFiring, nothingFires } from './alert-text';
import styles from './alerts.module.css';

const AcknowledgeDialog = dynamic(() => import('./acknowledge-dialog'), { ssr: false });

const STATES = {
  open: 'Open',
  unacknowledged: 'Unacknowledged',
  acknowledged: 'Acknowledged',
  resolved: 'Resolved',
  all: 'All',
};
const SEVERITIES = ['critical', 'error', 'warning', 'info', 'none'];
const GROUPS = {
  '': 'not grouped',
  name: 'by alert',
  service: 'by service',
  severity: 'by severity',
  source: 'by source',
};
const FILTERS = ['state', 'severity', 'service', 'q'] as const;

type Grouping = keyof typeof GROUPS;
const groupOf = (episode: EpisodeRow, by: Grouping): string =>
  by === '' ? '' : String(episode[by] ?? 'none');

interface Props {
  readonly initial: EpisodeList;
  readonly initialSearch: string;
  readonly mayAnswer: boolean;
  readonly hours: number;
}

/** What needs me: firing and unacknowledged first. The order stands still until somebody asks for the new. */
export function AlertList({ initial, initialSearch, mayAnswer, hours }: Props) {
  const client = useQueryClient();
  const params = useSearchParams();
  const search = new URLSearchParams(
    FILTERS.flatMap((key) => (params.get(key) ? [[key, params.get(key)!]] : [])),
  ).toString();
  const query = useQuery({
    ...listQuery(search),
    ...(search === initialSearch ? { initialData: initial } : {}),
  });
  const lostAt = useAlertStream(() => client.invalidateQueries({ queryKey: alertKeys.lists }));
  const now = useNow(initial.at);
  const list = query.data;
  const { order, known, fresh, show } = useStableOrder(list, search);
  const grouping = (params.get('group') ?? '') as Grouping;
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [focused, setFocused] = useState<string | null>(null);
  const [asking, setAsking] = useState<readonly string[] | null>(null);
  const [done, setDone] = useState<CompletedAction | null>(null);
  const [filtersOpen, setFiltersOpen] = useState(false);
  const grid = useRef<HTMLDivElement>(null);

  const set = (changes: Record<string, string>) => {
    const next = new URLSearchParams(window.location.search);
    for (const [key, value] of Object.entries(changes)) {
      if (value) next.set(key, value);
      else next.delete(key);
    }
    window.history.replaceState(null, '', `/alerts${next.size ? `?${next}` : ''}`);
  };
  const typed = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    set(
      Object.fromEntries(['service', 'q'].map((key) => [key, String(form.get(key) ?? '').trim()])),
    );
    setFiltersOpen(false);
  };
  const toggle = (id: string) =>
    setSelected((before) => {
      const next = new Set(before);
      if (!next.delete(id)) next.add(id);
      return next;
    });

  const groups = new Map<string, string[]>();
  for (const id of order) {
    const key = groupOf(known.get(id)!, grouping);
    groups.set(key, [...(groups.get(key) ?? []), id]);
  }
  const rows = [...groups.values()].flat();
  const current = new Set(list?.episodes.map(({ id }) => id));
  const answerable = (ids: readonly string[]) =>
    ids.filter((id) => current.has(id) && known.get(id)?.state !== 'resolved');
  // Many at once are those that nobody has: who has one keeps it.
  const unanswered = (ids: readonly string[]) =>
    answerable(ids).filter((id) => known.get(id)?.state === 'firing');
  const chosen = selected.size > 1 ? unanswered([...selected]) : answerable([...selected]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (
      event.ctrlKey ||
      event.metaKey ||
      event.altKey ||
      (event.target as HTMLElement).closest('button, a')
    )
      return;
    const at = Math.max(0, rows.indexOf(focused ?? ''));
    const id = rows[at];
    const move = (to: number) => {
      const next = rows[Math.min(rows.length - 1, Math.max(0, to))];
      if (!next) return;
      setFocused(next);
      grid.current?.querySelector<HTMLElement>(`[data-episode="${next}"]`)?.focus();
    };
    const acts: Record<string, () => void> = {
      ArrowDown: () => move(at + 1),
      ArrowUp: () => move(at - 1),
      Home: () => move(0),
      End: () => move(rows.length - 1),
      Enter: () =>
        id && grid.current?.querySelector<HTMLAnchorElement>(`[data-episode="${id}"] a`)?.click(),
      x: () => id && mayAnswer && toggle(id),
      a: () => mayAnswer && setAsking(chosen.length ? chosen : id ? answerable([id]) : null),
    };
    const act =
      event.target instanceof HTMLInputElement && event.target.type !== 'checkbox'
        ? undefined
        : acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };

  const filtered = FILTERS.some((key) => params.get(key));
  return (
    <main className={styles.list}>
      <h1 className="visually-hidden">Alerts</h1>
      {list && <HeartbeatBanner heartbeat={list.heartbeat} lostAt={lostAt} />}
      <button
        type="button"
        className={`${ui.button} ${styles.filterButton}`}
        aria-expanded={filtersOpen}
        onClick={() => setFiltersOpen(!filtersOpen)}
      >
        Filters{filtered ? ' ·' : ''}
      </button>
      <form className={styles.filters} data-open={filtersOpen} onSubmit={typed} key={search}>
        <select
          aria-label="State"
          value={params.get('state') ?? 'open'}
          onChange={(event) =>
            set({ state: event.target.value === 'open' ? '' : event.target.value })
          }
        >
          {Object.entries(STATES).map(([value, word]) => (
            <option key={value} value={value}>
              {word}
            </option>
          ))}
        </select>
        <select
          aria-label="Severity"
          value={params.get('severity') ?? ''}
          onChange={(event) => set({ severity: event.target.value })}
        >
          <option value="">Any severity</option>
          {SEVERITIES.map((severity) => (
            <option key={severity}>{severity}</option>
          ))}
        </select>
        <input
          name="service"
          defaultValue={params.get('service') ?? ''}
          placeholder="Service"
          aria-label="Service"
        />
        <input
          name="q"
          type="search"
          defaultValue={params.get('q') ?? ''}
          placeholder="Name, label or text"
          aria-label="Name, label or text"
        />
        <select
          aria-label="Group"
          value={grouping}
          onChange={(event) => set({ group: event.target.value })}
        >
          {Object.entries(GROUPS).map(([value, word]) => (
            <option key={value} value={value}>
              {word}
            </option>
          ))}
        </select>
        <button type="submit" className={ui.button}>
          Filter
        </button>
        {list && <span className={styles.counts}>{describeFiring(list.counts)}</span>}
      </form>
      {fresh > 0 && (
        <button type="button" className={styles.newAlerts} onClick={show}>
          {formatCounted(fresh, 'new alert')}. Show.
        </button>
      )}
      <div className={styles.card} data-testid="alerts">
        <Panel
          state={
            query.error && !list
              ? 'failed'
              : !list
                ? 'loading'
                : rows.length === 0
                  ? 'empty'
                  : 'ready'
          }
          height={160}
          message={
            !list
              ? query.error
                ? query.error instanceof ProblemError
                  ? query.error.message
                  : 'Alerts cannot be read. Open Alertmanager.'
                : 'Loading alerts…'
              : filtered && list.counts.firing > 0
                ? `No match; ${formatCount(list.counts.firing)} firing are hidden.`
                : nothingFires(list.heartbeat, now)
          }
          action={
            filtered && list ? (
              <button
                type="button"
                className={ui.button}
                onClick={() => set(Object.fromEntries(FILTERS.map((key) => [key, ''])))}
              >
                Clear filters
              </button>
            ) : undefined
          }
        >
          <div
            role="grid"
            aria-label="Alerts"
            aria-rowcount={rows.length}
            aria-multiselectable={mayAnswer || undefined}
            ref={grid}
            onKeyDown={onKeyDown}
            onFocus={(event) =>
              setFocused(
                (event.target as HTMLElement).closest<HTMLElement>('[data-episode]')?.dataset
                  .episode ?? focused,
              )
            }
          >
            {[...groups].map(([group, ids]) => (
              <div role="rowgroup" key={group} aria-label={group || undefined}>
                {grouping !== '' && (
                  <div role="row" className={styles.group}>
                    <span role="gridcell">
                      <b>{group}</b> {ids.length}{' '}
                      {mayAnswer && unanswered(ids).length > 0 && (
                        <button
                          type="button"
                          className={ui.button}
                          onClick={() => setAsking(unanswered(ids))}
                        >
                          Acknowledge {unanswered(ids).length}
                        </button>
                      )}
                    </span>
                  </div>
                )}
                {ids.map((id) => (
                  <AlertRow
                    key={id}
                    episode={known.get(id)!}
                    now={now}
                    gone={!current.has(id)}
                    selected={selected.has(id)}
                    focusable={id === (focused && rows.includes(focused) ? focused : rows[0])}
                    onSelect={mayAnswer ? () => toggle(id) : undefined}
                  />
                ))}
              </div>
            ))}
          </div>
        </Panel>
      </div>
      {list?.more && (
        <p className={styles.soft}>
          Only the first {list.counts.shown} are shown. Filter to see others.
        </p>
      )}
      {mayAnswer && selected.size > 0 && (
        <div className={styles.bulk} role="region" aria-label="Selection">
          <span>{selected.size} selected</span>
          <button type="button" className={ui.button} onClick={() => setSelected(new Set())}>
            Clear
          </button>
          <button
            type="button"
            className={`${ui.button} ${ui.primary}`}
            disabled={chosen.length === 0}
            onClick={() => setAsking(chosen)}
          >
            Acknowledge {chosen.length}
          </button>
        </div>
      )}
      {asking && asking.length > 0 && (
        <AcknowledgeDialog
          ids={asking}
          mode="acknowledge"
          title={
            asking.length === 1
              ? `Acknowledge ${known.get(asking[0]!)?.name ?? ''}`
              : `Acknowledge ${asking.length} alerts`
          }
          quiets="Only these: whoever joins later is not acknowledged. Other receivers keep ringing; this does not acknowledge PagerDuty."
          hours={hours}
          onClose={() => setAsking(null)}
          onDone={(what) => {
            setDone(what);
            setSelected(new Set());
            void client.invalidateQueries({ queryKey: alertKeys.all });
          }}
        />
      )}
      {done && <Undo done={done} onOver={() => setDone(null)} />}
    </main>
  );
}
