'use client';

import ui from '@/components/ui/ui.module.css';
import { formatInstant } from '@/lib/time/format';
import { shiftWindow, widenWindow, type ShownWindow } from './move-window';
import { absoluteWindow, type DashboardState } from './search-params';
import { TimeRangeForm } from './time-range-form';
import type { DashboardActions } from './use-dashboard-state';
import styles from './dashboards.module.css';

const RANGES: readonly { readonly range: string; readonly title: string }[] = [
  { range: '15m', title: 'Last 15 minutes' },
  { range: '1h', title: 'Last hour' },
  { range: '3h', title: 'Last 3 hours' },
  { range: '6h', title: 'Last 6 hours' },
  { range: '24h', title: 'Last 24 hours' },
  { range: '2d', title: 'Last 2 days' },
  { range: '7d', title: 'Last 7 days' },
  { range: '30d', title: 'Last 30 days' },
];
const ABSOLUTE = 'absolute';

interface Props {
  readonly state: DashboardState;
  readonly actions: DashboardActions;
  readonly shown: ShownWindow | null;
}

/** The window of the page: a range until now or from and to; earlier, later, wider. */
export function TimeRangeControls({ state, actions, shown }: Props) {
  const absolute = absoluteWindow(state);
  // Of the URL, if it names one: what is shown may still be of before.
  const current = absolute
    ? { fromMs: Date.parse(absolute.from), toMs: Date.parse(absolute.to) }
    : shown;
  const show = (window: ShownWindow | null | undefined) => {
    if (window) actions.setWindow(window.fromMs, window.toMs);
  };
  return (
    <>
      <button
        type="button"
        className={ui.button}
        onClick={() => show(current && shiftWindow(current, -0.5, Date.now()))}
        aria-label="Earlier"
        disabled={!shown}
      >
        ←
      </button>
      <RangeSelect state={state} actions={actions} shown={shown} />
      <button
        type="button"
        className={ui.button}
        onClick={() => show(current && shiftWindow(current, 0.5, Date.now()))}
        aria-label="Later"
        disabled={!shown || !absolute}
      >
        →
      </button>
      <button
        type="button"
        className={ui.button}
        onClick={() => show(current && widenWindow(current, Date.now()))}
        disabled={!shown}
      >
        Zoom out
      </button>
      <TimeRangeForm shown={shown} onSubmit={actions.setWindow} />
    </>
  );
}

function RangeSelect({ state, actions, shown }: Props) {
  const isAbsolute = absoluteWindow(state) !== null;
  const isListed = RANGES.some(({ range }) => range === state.range);
  const absoluteTitle = shown
    ? `${formatInstant(shown.fromMs).replace(' UTC', '')} – ${formatInstant(shown.toMs)}`
    : 'From – to';
  return (
    <select
      className={styles.select}
      aria-label="Time range"
      value={isAbsolute ? ABSOLUTE : state.range}
      onChange={({ target: { value } }) => {
        if (value !== ABSOLUTE) actions.setRange(value);
      }}
    >
      {isAbsolute && <option value={ABSOLUTE}>{absoluteTitle}</option>}
      {!isListed && <option value={state.range}>Last {state.range}</option>}
      {RANGES.map(({ range, title }) => (
        <option key={range} value={range}>
          {title}
        </option>
      ))}
    </select>
  );
}
