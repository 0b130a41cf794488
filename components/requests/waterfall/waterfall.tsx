'use client';

import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import {
  useCallback,
  useEffect,
  useImperativeHandle,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type PointerEvent,
  type Ref,
} from 'react';
import { ticks, type Axis } from '@/lib/requests/view/axis';
import type { LogRow, RequestView } from '@/lib/requests/contract';
import { formatDuration, formatOffset } from '@/lib/time/format';
import { useCrosshair, type Crosshair } from '@/components/ui/crosshair';
import { CrossLine } from '../minimap/minimap';
import { collapseKey, type Line, type SpanTable } from './span-table';
import { WaterfallRow } from './waterfall-row';
import styles from '../requests.module.css';

export interface WaterfallHandle {
  /** Scrolls a span into view and gives it the focus. */
  readonly show: (position: number, focus?: boolean, align?: 'auto' | 'center') => void;
}

interface Props {
  readonly view: RequestView;
  readonly table: SpanTable;
  readonly lines: readonly Line[];
  readonly axis: Axis;
  readonly crosshair: Crosshair;
  readonly services: readonly string[];
  readonly selected: number;
  readonly culprit: number;
  readonly phone: boolean;
  readonly collapsed: ReadonlySet<string>;
  readonly logsBySpan: ReadonlyMap<string, readonly LogRow[]>;
  readonly showGhosts: boolean;
  readonly onSelect: (position: number) => void;
  readonly onClose: () => void;
  readonly onToggle: (key: string, open: boolean) => void;
  readonly onZoom: (factor: number | null) => void;
  readonly onRaw: () => void;
  readonly onCopy: () => void;
  readonly onVisible: (positions: readonly number[]) => void;
  readonly ref: Ref<WaterfallHandle>;
}

/** Rows of the request on the request axis; only what is on the screen is in the document. */
export function Waterfall(props: Props) {
  const { view, table, lines, axis, crosshair, phone, collapsed, onVisible } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState(0);
  // The line that is to have the focus. An effect of an earlier render may still run after a key was pressed: it must not take the wish for its own.
  const wantFocus = useRef(-1);
  const size = phone ? 44 : 24;
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => size,
    overscan: 12,
    initialRect: { width: 1000, height: 400 },
    // The focused row stays mounted, or the focus would be lost on scrolling.
    rangeExtractor: (range) =>
      [...new Set([...defaultRangeExtractor(range), Math.min(focused, lines.length - 1)])]
        .filter((index) => index >= 0)
        .sort((a, b) => a - b),
  });
  useEffect(() => virtual.measure(), [size, virtual]);
  const items = virtual.getVirtualItems();

  const lineOf = useMemo(() => {
    const byPosition = new Map<number, number>();
    lines.forEach((line, index) => line.kind === 'span' && byPosition.set(line.position, index));
    return byPosition;
  }, [lines]);

  const visible = items.flatMap((item) => {
    const line = lines[item.index];
    return line?.kind === 'span' ? [line.position] : [];
  });
  const visibleKey = `${visible[0]} ${visible.at(-1)} ${table.count}`;
  useEffect(() => {
    onVisible(visible);
    // The first and the last stand for all between.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [visibleKey, onVisible]);

  const moveTo = useCallback(
    (index: number, focus = true, align: 'auto' | 'center' = 'auto') => {
      const to = Math.max(0, Math.min(lines.length - 1, index));
      wantFocus.current = focus ? to : -1;
      setFocused(to);
      virtual.scrollToIndex(to, { align });
    },
    [lines.length, virtual],
  );
  useEffect(() => {
    if (wantFocus.current !== focused) return;
    const row = scroller.current?.querySelector<HTMLElement>(`[data-index="${focused}"]`);
    if (row) {
      wantFocus.current = -1;
      row.focus({ preventScroll: true });
    }
  });

  const show = useCallback(
    (position: number, focus = true, align: 'auto' | 'center' = 'auto') => {
      const index = lineOf.get(position);
      if (index !== undefined) moveTo(index, focus, align);
    },
    [lineOf, moveTo],
  );
  useImperativeHandle(props.ref, () => ({ show }), [show]);

  const onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const line = lines[focused];
    const position = line?.kind === 'span' ? line.position : -1;
    const error = (step: 1 | -1) => {
      for (
        let at = (position < 0 ? (step > 0 ? -1 : table.count) : position) + step;
        at >= 0 && at < table.count;
        at += step
      )
        if (table.failed(at)) return select(at);
    };
    const select = (at: number) => {
      props.onSelect(at);
      show(at);
    };
    const lane = (step: 1 | -1) => {
      for (let at = focused + step; at >= 0 && at < lines.length; at += step)
        if (lines[at]!.kind === 'lane') return moveTo(at);
    };
    const key = line?.kind === 'lane' ? `lane ${line.lane.id}` : collapseKey(table, position);
    const actions: Record<string, () => void> = {
      ArrowDown: () => moveTo(focused + 1),
      ArrowUp: () => moveTo(focused - 1),
      PageDown: () => moveTo(focused + 15),
      PageUp: () => moveTo(focused - 15),
      Home: () => moveTo(0),
      End: () => moveTo(lines.length - 1),
      ArrowLeft: () => {
        if (!collapsed.has(key) && (line?.kind === 'lane' || table.end[position]! > position + 1))
          props.onToggle(key, false);
        else if (position >= 0 && table.parent[position]! >= 0) show(table.parent[position]!);
      },
      ArrowRight: () => (collapsed.has(key) ? props.onToggle(key, true) : moveTo(focused + 1)),
      Enter: () =>
        position >= 0 ? props.onSelect(position) : props.onToggle(key, collapsed.has(key)),
      Escape: props.onClose,
      e: () => error(1),
      E: () => error(-1),
      c: () => props.culprit >= 0 && select(props.culprit),
      ']': () => lane(1),
      '[': () => lane(-1),
      '+': () => props.onZoom(0.5),
      '=': () => props.onZoom(0.5),
      '-': () => props.onZoom(2),
      '0': () => props.onZoom(null),
      r: props.onRaw,
      y: props.onCopy,
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  };

  const offsetAt = (event: PointerEvent): number | null => {
    const box = scroller.current!.getBoundingClientRect();
    const [left, right] = phone ? [16, 16] : [320, 96];
    const share =
      (event.clientX - box.left - left) / (scroller.current!.clientWidth - left - right);
    return share >= 0 && share <= 1 ? axis.offset(share) : null;
  };

  const marks = useMemo(() => ticks(axis, 6), [axis]);
  return (
    <>
      <Ruler
        axis={axis}
        marks={marks}
        crosshair={crosshair}
        startMs={view.window ? Date.parse(view.window.start) : 0}
      />
      <div
        ref={scroller}
        className={styles.fall}
        data-testid="waterfall"
        onPointerMove={(event) => crosshair.hover(offsetAt(event))}
        onPointerLeave={() => crosshair.hover(null)}
      >
        <div
          className={styles.over}
          style={{ height: Math.max(virtual.getTotalSize(), 100) }}
          aria-hidden
        >
          {marks.map((mark) => (
            <span key={mark} className={styles.grid} style={{ left: `${axis.x(mark) * 100}%` }} />
          ))}
          {axis.segments.map(
            (segment) =>
              segment.folded && (
                <span
                  key={segment.from}
                  className={styles.folded}
                  style={{
                    left: `${segment.x0 * 100}%`,
                    width: `${(segment.x1 - segment.x0) * 100}%`,
                  }}
                />
              ),
          )}
          <CrossLine crosshair={crosshair} axis={axis} />
        </div>
        <div
          role="treegrid"
          aria-label="Spans"
          aria-rowcount={lines.length}
          aria-colcount={2}
          className={styles.inner}
          style={{ height: virtual.getTotalSize() }}
          onKeyDown={onKey}
        >
          {items.map((item) => (
            <WaterfallRow
              key={item.key}
              {...props}
              line={lines[item.index]!}
              index={item.index}
              top={item.start}
              tabIndex={item.index === Math.min(focused, lines.length - 1) ? 0 : -1}
              onFocus={() => setFocused(item.index)}
              onPin={(event) => crosshair.pin(offsetAt(event))}
            />
          ))}
        </div>
      </div>
    </>
  );
}

/** After a fold, offsets from the start say little: ticks count from where the axis goes on. */
function tickLabel(axis: Axis, mark: number): string {
  if (mark === 0) return '0';
  const index = axis.segments.findLastIndex((segment) => segment.from <= mark);
  const folded = axis.segments[index - 1]?.folded;
  return folded ? `+${formatDuration(mark - axis.segments[index]!.from)}` : formatDuration(mark);
}

function Ruler({
  axis,
  marks,
  crosshair,
  startMs,
}: {
  axis: Axis;
  marks: readonly number[];
  crosshair: Crosshair;
  startMs: number;
}) {
  const offset = useCrosshair(crosshair);
  return (
    <div className={styles.ruler} aria-hidden>
      {marks.map((mark) => (
        <span key={mark} className="mono" style={{ left: `${axis.x(mark) * 100}%` }}>
          {tickLabel(axis, mark)}
        </span>
      ))}
      {axis.segments.map(
        (segment) =>
          segment.folded && (
            <span
              key={segment.from}
              className={styles.none}
              style={{ left: `${segment.x0 * 100}%` }}
            >
              ⋯ {formatDuration(segment.to - segment.from)}
            </span>
          ),
      )}
      {offset !== null && offset >= axis.from && offset <= axis.to && (
        <span
          className={styles.crossLabel}
          style={{ left: `clamp(110px, ${axis.x(offset) * 100}%, calc(100% - 110px))` }}
          data-testid="crosshair"
        >
          {formatOffset(offset)}, {new Date(startMs + offset / 1e6).toISOString().slice(11, 23)} UTC
        </span>
      )}
    </div>
  );
}
