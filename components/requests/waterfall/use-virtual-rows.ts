'use client';

import { defaultRangeExtractor, useVirtualizer, type Virtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useRef, useState, type RefObject } from 'react';
import { shownRows } from './shown-rows';

/** What stands on the server, and until the height of the waterfall has been measured. */
const FIRST_SIZE = { width: 1000, height: 400 };
const OVERSCAN = 12;

export interface VirtualRows {
  readonly virtualizer: Virtualizer<HTMLDivElement, Element>;
  /** Index of the row that is in the order of tabs. */
  readonly focused: number;
  readonly setFocused: (index: number) => void;
  /** Scrolls a row into view, and gives it the focus unless told otherwise. */
  readonly moveTo: (index: number, options?: MoveOptions) => void;
}

export interface MoveOptions {
  readonly focus?: boolean;
  readonly align?: 'auto' | 'center';
}

/** Rows of which only those on the screen are in the document, and the one that has the focus. */
export function useVirtualRows(
  scroller: RefObject<HTMLDivElement | null>,
  count: number,
  rowHeight: number,
): VirtualRows {
  const [focusedBefore, setFocused] = useState(0);
  const focused = Math.min(focusedBefore, count - 1);
  // An effect of an earlier render may still run after a key was pressed: it must not take the
  // focus that this key has asked for.
  const focusRequested = useRef(-1);
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: OVERSCAN,
    initialRect: FIRST_SIZE,
    rangeExtractor: (range) => shownRows(defaultRangeExtractor(range), focused),
  });
  useEffect(() => virtualizer.measure(), [rowHeight, virtualizer]);

  const moveTo = useCallback(
    (index: number, { focus = true, align = 'auto' }: MoveOptions = {}) => {
      const target = Math.max(0, Math.min(count - 1, index));
      focusRequested.current = focus ? target : -1;
      setFocused(target);
      virtualizer.scrollToIndex(target, { align });
    },
    [count, virtualizer],
  );
  useEffect(() => {
    if (focusRequested.current !== focusedBefore) return;
    const row = scroller.current?.querySelector<HTMLElement>(`[data-index="${focusedBefore}"]`);
    if (!row) return;
    focusRequested.current = -1;
    row.focus({ preventScroll: true });
  });
  return { virtualizer, focused, setFocused, moveTo };
}
