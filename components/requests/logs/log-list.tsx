'use client';

import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { useCrosshair } from '@/components/ui/crosshair';
import { Panel } from '@/components/ui/panel';
import type { LogRow as Log } from '@/lib/requests/contract';
import { useShownRequest } from '../request-context';
import { NO_SPAN } from '../search-params';
import { useRequestSearch } from '../use-request-search';
import { nearestLog } from './filter-logs';
import { LogRow } from './log-row';
import { noLogsText } from './log-text';
import styles from './logs.module.css';

const ROW_HEIGHT = { wide: 24, phone: 44 };
const FIRST_SIZE = { width: 1000, height: 200 };
const STEPS: Readonly<Record<string, number>> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: 10,
  PageUp: -10,
};

interface Props {
  /** Those that pass the filters. */
  readonly logs: readonly Log[];
  readonly onSelect: (log: Log) => void;
  readonly onShowContext: (log: Log) => void;
}

/** Every line that carries the id, oldest first; the nearest to the crosshair is marked. */
export function LogList({ logs, onSelect, onShowContext }: Props) {
  const { view, services, crosshair, phone } = useShownRequest();
  const [{ span }] = useRequestSearch();
  const scroller = useRef<HTMLDivElement>(null);
  const [focusedBefore, setFocused] = useState(0);
  const focused = Math.min(focusedBefore, logs.length - 1);
  const offsetNs = useCrosshair(crosshair);
  const nearest = useMemo(() => nearestLog(logs, offsetNs), [logs, offsetNs]);
  const virtualizer = useVirtualizer({
    count: logs.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (phone ? ROW_HEIGHT.phone : ROW_HEIGHT.wide),
    overscan: 8,
    initialRect: FIRST_SIZE,
  });
  if (logs.length === 0) return <Panel state="empty" message={noLogsText(view)} height={120} />;

  const moveTo = (index: number) => {
    const target = Math.max(0, Math.min(logs.length - 1, index));
    setFocused(target);
    virtualizer.scrollToIndex(target);
    requestAnimationFrame(() => {
      const row = scroller.current?.querySelector<HTMLElement>(`[data-index="${target}"]`);
      row?.focus({ preventScroll: true });
    });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') return onSelect(logs[focused]!);
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    moveTo(focused + step);
  };
  const selectedSpan = span === NO_SPAN ? null : span;
  const isSelected = (log: Log, index: number) =>
    index === nearest || (selectedSpan !== null && log.span === selectedSpan);
  return (
    <div ref={scroller} className={styles.logs} data-testid="logs">
      <div
        role="grid"
        aria-label="Log lines"
        aria-rowcount={view.logCount}
        style={{ height: virtualizer.getTotalSize(), position: 'relative' }}
        onKeyDown={onKeyDown}
      >
        {virtualizer.getVirtualItems().map(({ index, start }) => {
          const log = logs[index]!;
          return (
            <LogRow
              key={log.id}
              log={log}
              services={services}
              place={{ index, top: start, tabIndex: index === focused ? 0 : -1 }}
              selected={isSelected(log, index)}
              onFocus={() => setFocused(index)}
              onSelect={() => onSelect(log)}
              onShowContext={() => onShowContext(log)}
            />
          );
        })}
      </div>
    </div>
  );
}
