'use client';

import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { Panel } from '@/components/ui/panel';
import { Stripe } from '@/components/ui/stripe';
import type { LogRow, UnattachedReason } from '@/lib/requests/contract';
import { useCrosshair, type Crosshair } from '@/components/ui/crosshair';
import styles from '../requests.module.css';

const GLYPHS: Partial<Record<LogRow['level'], string>> = { error: '✕ ', fatal: '✕ ', warn: '! ' };

const UNATTACHED_TEXT: Record<UnattachedReason, string> = {
  no_trace_id: 'no trace id',
  no_span_id: 'no span id',
  span_not_found: 'its span was not found',
  trace_not_found: 'its trace was not found',
};

interface Props {
  readonly logs: readonly LogRow[];
  readonly total: number;
  readonly services: readonly string[];
  readonly crosshair: Crosshair;
  readonly selectedSpan: string | null;
  readonly phone: boolean;
  readonly empty: string;
  readonly onPick: (log: LogRow) => void;
  readonly onAround: (log: LogRow) => void;
}

/** Every line that carries the id, oldest first; the nearest to the crosshair is marked. */
export function LogList({
  logs,
  total,
  services,
  crosshair,
  selectedSpan,
  phone,
  empty,
  onPick,
  onAround,
}: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState(0);
  const at = useCrosshair(crosshair);
  const virtual = useVirtualizer({
    count: logs.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (phone ? 44 : 24),
    overscan: 8,
    initialRect: { width: 1000, height: 200 },
  });
  const nearest = useMemo(() => nearestTo(logs, at), [logs, at]);
  if (logs.length === 0) return <Panel state="empty" message={empty} height={120} />;

  const onKey = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key];
    if (event.key === 'Enter') return onPick(logs[focused]!);
    if (!step) return;
    event.preventDefault();
    const to = Math.max(0, Math.min(logs.length - 1, focused + step));
    setFocused(to);
    virtual.scrollToIndex(to);
    requestAnimationFrame(() =>
      scroller.current
        ?.querySelector<HTMLElement>(`[data-index="${to}"]`)
        ?.focus({ preventScroll: true }),
    );
  };
  return (
    <div ref={scroller} className={styles.logs} data-testid="logs">
      <div
        role="grid"
        aria-label="Log lines"
        aria-rowcount={total}
        style={{ height: virtual.getTotalSize(), position: 'relative' }}
        onKeyDown={onKey}
      >
        {virtual.getVirtualItems().map((item) => {
          const log = logs[item.index]!;
          return (
            <div
              key={log.id}
              role="row"
              data-index={item.index}
              aria-rowindex={item.index + 1}
              aria-selected={
                item.index === nearest || (selectedSpan !== null && log.span === selectedSpan)
              }
              tabIndex={item.index === Math.min(focused, logs.length - 1) ? 0 : -1}
              className={styles.log}
              style={{ transform: `translateY(${item.start}px)` }}
              onFocus={() => setFocused(item.index)}
              onClick={() => onPick(log)}
            >
              <span role="gridcell" className="mono">
                {log.time.slice(11, 23)}
              </span>
              <span role="gridcell" className={styles.level} data-level={log.level}>
                {GLYPHS[log.level]}
                {log.level === 'error' ? 'err' : log.level === 'unknown' ? '' : log.level}
              </span>
              <span role="gridcell" className={styles.service}>
                <Stripe service={log.service} services={services} /> {log.service}
              </span>
              <span role="gridcell" className={styles.message}>
                {withoutEscapes(log.body)}
              </span>
              <span role="gridcell" className={styles.why}>
                <span>
                  {log.unattached ? `unattached: ${UNATTACHED_TEXT[log.unattached]}` : ''}
                </span>
                <button
                  type="button"
                  className={styles.around}
                  tabIndex={item.index === Math.min(focused, logs.length - 1) ? 0 : -1}
                  onClick={(event) => {
                    event.stopPropagation();
                    onAround(log);
                  }}
                  onKeyDown={(event) => event.stopPropagation()}
                >
                  Around
                </button>
              </span>
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** Colours of terminals are not for browsers. */
const withoutEscapes = (text: string) => text.replace(/\u001b\[[0-9;]*[A-Za-z]/g, '');

function nearestTo(logs: readonly LogRow[], offset: number | null): number {
  if (offset === null || logs.length === 0) return -1;
  let low = 0;
  let high = logs.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (logs[middle]!.offsetNs < offset) low = middle + 1;
    else high = middle;
  }
  return low > 0 && offset - logs[low - 1]!.offsetNs < logs[low]!.offsetNs - offset ? low - 1 : low;
}
