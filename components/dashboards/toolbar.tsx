'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useState, type FormEvent } from 'react';
import ui from '@/components/ui/ui.module.css';
import { formatInstant } from '@/lib/time/format';
import { choicesQuery, type DashboardId } from './queries';
import { asChoice, DEFAULT_RANGE, nameOfChoice, type DashboardUrl, type Parameter } from './url';
import styles from './dashboards.module.css';

export const DASHBOARDS: readonly [DashboardId, string][] = [
  ['application', 'Application'],
  ['runners', 'Runners'],
  ['cluster', 'Cluster'],
  ['portal', 'Portal'],
];
const RANGES: readonly [string, string][] = [
  ['15m', 'Last 15 minutes'],
  ['1h', 'Last hour'],
  ['3h', 'Last 3 hours'],
  ['6h', 'Last 6 hours'],
  ['24h', 'Last 24 hours'],
  ['2d', 'Last 2 days'],
  ['7d', 'Last 7 days'],
  ['30d', 'Last 30 days'],
];
export const REFRESH: readonly [string, string, number][] = [
  ['off', 'Refresh off', 0],
  ['10s', 'Every 10 s', 10_000],
  ['30s', 'Every 30 s', 30_000],
  ['1m', 'Every minute', 60_000],
  ['5m', 'Every 5 minutes', 300_000],
];
export const DEFAULT_REFRESH = '30s';
/** As much as can be asked for at once. */
const MOST_MS = 31 * 86_400_000;
const TITLES: Readonly<Record<Parameter, string>> = {
  service: 'Service',
  operation: 'Operation',
  scaleSet: 'Scale set',
  namespace: 'Namespace',
  node: 'Node',
};

interface Props {
  readonly id: DashboardId;
  readonly parameters: readonly Parameter[];
  readonly url: DashboardUrl;
  /** What is shown now; null before the first answer. */
  readonly shown: { readonly fromMs: number; readonly toMs: number } | null;
  readonly fetching: boolean;
  readonly onRefresh: () => void;
}

/** Which dashboard, over which time, of what; and when it is asked again. */
export function Toolbar({ id, parameters, url, shown, fetching, onRefresh }: Props) {
  const absolute = Boolean(url.get('from'));
  const range = url.get('range') ?? DEFAULT_RANGE;
  const search = (keep: readonly string[]) =>
    new URLSearchParams(
      [...new URLSearchParams(url.search)].filter(([key]) => keep.includes(key)),
    ).toString();
  /** What the address says, if it does: what is shown may still be of before. */
  const asked = () => {
    const [fromMs, toMs] = [url.get('from'), url.get('to')].map((text) =>
      text === null ? NaN : /^\d{13}$/.test(text) ? Number(text) : Date.parse(text),
    ) as [number, number];
    return fromMs < toMs ? { fromMs, toMs } : shown;
  };
  const shift = (by: number) => {
    const now = asked();
    if (!now) return;
    const move = Math.min(by * (now.toMs - now.fromMs), Math.max(0, Date.now() - now.toMs));
    if (move !== 0)
      url.set(
        { from: iso(now.fromMs + move), to: iso(now.toMs + move), range: null, at: null },
        'push',
      );
  };
  const widen = () => {
    const now = asked();
    if (!now) return;
    const half = (now.toMs - now.fromMs) / 2;
    const toMs = Math.min(Date.now(), now.toMs + half);
    url.set(
      {
        from: iso(Math.max(now.fromMs - half, toMs - MOST_MS)),
        to: iso(toMs),
        range: null,
        at: null,
      },
      'push',
    );
  };
  return (
    <div className={styles.toolbar}>
      <nav className={styles.tabs} aria-label="Dashboards">
        {DASHBOARDS.map(([other, title]) => {
          const kept = search(['range', 'from', 'to', 'refresh']);
          return (
            <Link
              key={other}
              href={`/dashboards/${other}${kept ? `?${kept}` : ''}`}
              prefetch={false}
              aria-current={other === id ? 'page' : undefined}
            >
              {title}
            </Link>
          );
        })}
      </nav>
      {parameters.map((name) => (
        <Choice key={name} id={id} name={name} url={url} />
      ))}
      <div className={styles.time}>
        <button
          type="button"
          className={ui.button}
          onClick={() => shift(-0.5)}
          aria-label="Earlier"
          disabled={!shown}
        >
          ←
        </button>
        <select
          className={styles.select}
          aria-label="Time range"
          value={absolute ? 'absolute' : range}
          onChange={(event) =>
            event.target.value !== 'absolute' &&
            url.set({ range: event.target.value, from: null, to: null, at: null }, 'push')
          }
        >
          {absolute && shown && (
            <option value="absolute">
              {formatInstant(shown.fromMs).replace(' UTC', '')} – {formatInstant(shown.toMs)}
            </option>
          )}
          {absolute && !shown && <option value="absolute">From – to</option>}
          {!RANGES.some(([known]) => known === range) && (
            <option value={range}>Last {range}</option>
          )}
          {RANGES.map(([each, title]) => (
            <option key={each} value={each}>
              {title}
            </option>
          ))}
        </select>
        <button
          type="button"
          className={ui.button}
          onClick={() => shift(0.5)}
          aria-label="Later"
          disabled={!shown || !absolute}
        >
          →
        </button>
        <button type="button" className={ui.button} onClick={widen} disabled={!shown}>
          Zoom out
        </button>
        <Between
          shown={shown}
          onChoose={(from, to) => url.set({ from, to, range: null, at: null }, 'push')}
        />
        <select
          className={styles.select}
          aria-label="Refresh"
          value={absolute ? 'off' : (url.get('refresh') ?? DEFAULT_REFRESH)}
          disabled={absolute}
          onChange={(event) => url.set({ refresh: event.target.value })}
        >
          {REFRESH.map(([every, title]) => (
            <option key={every} value={every}>
              {title}
            </option>
          ))}
        </select>
        <button type="button" className={ui.button} onClick={onRefresh} disabled={fetching}>
          Refresh
        </button>
      </div>
    </div>
  );
}

const iso = (ms: number) => new Date(Math.round(ms)).toISOString();

/** From and to, to the second; UTC, as everything here. */
function Between({
  shown,
  onChoose,
}: {
  shown: { readonly fromMs: number; readonly toMs: number } | null;
  onChoose: (from: string, to: string) => void;
}) {
  const [problem, setProblem] = useState('');
  // What was shown when it was opened: a refresh must not take away what somebody types.
  const [opened, setOpened] = useState<typeof shown>(null);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [from, to] = [
      Date.parse(`${String(form.get('from'))}Z`),
      Date.parse(`${String(form.get('to'))}Z`),
    ];
    if (!(from < to)) return setProblem('From must be before to.');
    event.currentTarget.closest('details')?.removeAttribute('open');
    onChoose(iso(from), iso(to));
  };
  return (
    <details
      className={styles.between}
      onToggle={(event) => setOpened(event.currentTarget.open ? shown : null)}
    >
      <summary className={ui.button}>From – to</summary>
      <form onSubmit={submit} key={opened?.fromMs}>
        <label>
          From (UTC)
          <input
            type="datetime-local"
            name="from"
            step="1"
            required
            defaultValue={opened ? iso(opened.fromMs).slice(0, 19) : undefined}
          />
        </label>
        <label>
          To (UTC)
          <input
            type="datetime-local"
            name="to"
            step="1"
            required
            defaultValue={opened ? iso(opened.toMs).slice(0, 19) : undefined}
          />
        </label>
        {problem && (
          <p role="alert" className={ui.error}>
            {problem}
          </p>
        )}
        <button type="submit" className={`${ui.button} ${ui.primary}`}>
          Show
        </button>
      </form>
    </details>
  );
}

/** Operations are those of the service that is chosen. */
const narrowedBy = (name: Parameter, url: DashboardUrl) =>
  name === 'operation' && url.get('service')
    ? new URLSearchParams({ service: url.get('service')! }).toString()
    : '';

/** One of the values there are, or all; what the URL names is there even before anybody asked what there is. */
function Choice({ id, name, url }: { id: DashboardId; name: Parameter; url: DashboardUrl }) {
  const [opened, setOpened] = useState(false);
  const query = useQuery(choicesQuery(id, narrowedBy(name, url), opened));
  const value = url.get(name) ?? '';
  const values = [
    ...new Set([...(value ? [value] : []), ...(query.data?.[name] ?? []).map(asChoice)]),
  ].sort();
  return (
    <select
      className={styles.select}
      aria-label={TITLES[name]}
      value={value}
      onFocus={() => setOpened(true)}
      onPointerEnter={() => setOpened(true)}
      onChange={(event) =>
        url.set(
          {
            ...(name === 'service' && { operation: null }),
            [name]: event.target.value || null,
            at: null,
            series: null,
          } as Partial<Record<Parameter, string | null>>,
          'push',
        )
      }
    >
      <option value="">{`${TITLES[name]}: all`}</option>
      {values.map((each) => (
        <option key={each} value={each}>
          {`${TITLES[name]}: ${nameOfChoice(each)}`}
        </option>
      ))}
      {query.isFetching && !query.data && <option disabled>Looking…</option>}
    </select>
  );
}
