'use client';

import {
  useCallback,
  useEffect,
  useImperativeHandle,
  useMemo,
  useRef,
  type FocusEvent,
  type KeyboardEvent,
  type MouseEvent,
  type Ref,
} from 'react';
import type { Crosshair } from '@/components/ui/crosshair';
import { ticks } from '@/lib/requests/view/axis';
import { foldPositions, instantAt, percent, type AxisMargins } from './bar-position';
import { keyCommand, type KeyCommand } from './keyboard';
import { rowsByPosition } from './rows';
import { CrosshairLine, Ruler } from './ruler';
import { useVirtualRows, type MoveOptions } from './use-virtual-rows';
import type { WaterfallActions, WaterfallModel } from './waterfall-model';
import { WaterfallRow } from './waterfall-row';
import shared from '../requests.module.css';
import styles from './waterfall.module.css';

const TICKS = 6;
const MIN_HEIGHT = 100;

/** Pixels; the style sheet says the same. */
const WIDE = { rowHeight: 24, margins: { left: 320, right: 96 } };
const PHONE = { rowHeight: 44, margins: { left: 16, right: 16 } };

export interface WaterfallHandle {
  /** Scrolls a span into view and gives it the focus. */
  readonly show: (position: number, options?: MoveOptions) => void;
}

interface Props {
  readonly model: WaterfallModel;
  readonly actions: WaterfallActions;
  readonly crosshair: Crosshair;
  /** Position of the span whose details are open. */
  readonly selected: number;
  readonly startMs: number;
  readonly phone: boolean;
  readonly ref: Ref<WaterfallHandle>;
}

/** The spans of a request on its time axis; only the rows on the screen are in the document. */
export function Waterfall({ model, actions, crosshair, selected, startMs, phone, ref }: Props) {
  const { rows, table, axis } = model;
  const { rowHeight, margins } = phone ? PHONE : WIDE;
  const scroller = useRef<HTMLDivElement>(null);
  const { virtualizer, focused, setFocused, moveTo } = useVirtualRows(
    scroller,
    rows.length,
    rowHeight,
  );
  const rowOf = useMemo(() => rowsByPosition(rows), [rows]);
  const show = useCallback(
    (position: number, options?: MoveOptions) => {
      const index = rowOf.get(position);
      if (index !== undefined) moveTo(index, options);
    },
    [rowOf, moveTo],
  );
  useImperativeHandle(ref, () => ({ show }), [show]);

  const items = virtualizer.getVirtualItems();
  useShownPositions(model, items, actions.showPositions);

  const run = (command: KeyCommand) => {
    switch (command.type) {
      case 'focus-row':
        return moveTo(command.index);
      case 'focus-span':
        return show(command.position);
      case 'select':
        actions.select(command.position);
        return command.reveal ? show(command.position) : undefined;
      case 'toggle':
        return actions.toggle(command.key, command.open);
      case 'close-details':
        crosshair.pin(null);
        return actions.closeDetails();
      case 'zoom':
        return actions.zoom(command.factor);
      case 'toggle-clock':
        return actions.toggleClock();
      case 'copy-link':
        return actions.copyLink();
      default:
        return command satisfies never;
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { collapsed, culprit } = model;
    const command = keyCommand(event.key, { rows, table, collapsed, culprit, focused });
    if (!command) return;
    event.preventDefault();
    run(command);
  };
  const onClick = (event: MouseEvent) => {
    const clicked = clickedRow(event);
    const row = clicked && rows[clicked.index];
    if (!row) return;
    if (clicked.part === 'track')
      crosshair.pin(instantUnder(event, scroller.current!, model, margins));
    if (row.kind === 'lane' || (row.kind === 'span' && clicked.part === 'expand-toggle')) {
      return actions.toggle(row.key, model.collapsed.has(row.key));
    }
    if (row.kind === 'span') actions.select(row.position);
  };
  const onFocus = (event: FocusEvent) => {
    const index = rowIndexOf(event.target);
    if (index !== undefined) setFocused(index);
  };

  const marks = useMemo(() => ticks(axis, TICKS), [axis]);
  const height = virtualizer.getTotalSize();
  return (
    <>
      <Ruler axis={axis} ticks={marks} crosshair={crosshair} startMs={startMs} />
      <div
        ref={scroller}
        className={styles.scroller}
        data-part="timeline"
        data-testid="waterfall"
        onPointerMove={(event) =>
          crosshair.hover(instantUnder(event, scroller.current!, model, margins))
        }
        onPointerLeave={() => crosshair.hover(null)}
      >
        <div
          className={styles.overlay}
          style={{ height: Math.max(height, MIN_HEIGHT) }}
          aria-hidden
        >
          {marks.map((mark) => (
            <span key={mark} className={styles.gridLine} style={{ left: percent(axis.x(mark)) }} />
          ))}
          {foldPositions(axis).map((fold) => (
            <span key={fold.key} className={shared.fold} style={fold.position} />
          ))}
          <CrosshairLine crosshair={crosshair} axis={axis} />
        </div>
        <div
          role="treegrid"
          aria-label="Spans"
          aria-rowcount={rows.length}
          aria-colcount={2}
          className={styles.rows}
          style={{ height }}
          onKeyDown={onKeyDown}
          onClick={onClick}
          onFocus={onFocus}
        >
          {items.map((item) => {
            const row = rows[item.index]!;
            return (
              <WaterfallRow
                key={item.key}
                model={model}
                row={row}
                index={item.index}
                top={item.start}
                tabIndex={item.index === focused ? 0 : -1}
                selected={row.kind === 'span' && row.position === selected}
              />
            );
          })}
        </div>
      </div>
    </>
  );
}

/** Tells which spans are on the screen, as often as the first or the last of them changes. */
function useShownPositions(
  { rows, table }: WaterfallModel,
  items: readonly { readonly index: number }[],
  onShown: (positions: readonly number[]) => void,
): void {
  const positions = items.flatMap(({ index }) => {
    const row = rows[index];
    return row?.kind === 'span' ? [row.position] : [];
  });
  const key = `${positions[0]} ${positions.at(-1)} ${table.count}`;
  useEffect(() => {
    onShown(positions);
    // The first and the last stand for all between.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [key, onShown]);
}

const rowIndexOf = (target: EventTarget): number | undefined => {
  const row = (target as Element).closest<HTMLElement>('[data-index]');
  return row ? Number(row.dataset.index) : undefined;
};

type RowPart = 'expand-toggle' | 'track' | 'name';

function clickedRow(event: MouseEvent): { index: number; part: RowPart } | undefined {
  const target = event.target as Element;
  const index = rowIndexOf(target);
  if (index === undefined) return undefined;
  if (target.closest('[data-expand-toggle]')) return { index, part: 'expand-toggle' };
  return { index, part: target.closest('[data-track]') ? 'track' : 'name' };
}

function instantUnder(
  event: MouseEvent,
  scroller: HTMLElement,
  { axis }: WaterfallModel,
  margins: AxisMargins,
): number | null {
  const x = event.clientX - scroller.getBoundingClientRect().left;
  return instantAt(axis, x, scroller.clientWidth, margins);
}
