'use client';

import { useRef, useState, type PointerEvent, type ReactNode } from 'react';
import { useCrosshair, type Crosshair } from '@/components/ui/crosshair';
import styles from './charts.module.css';

/** Around what is drawn, in pixels: Recharts is told the same. */
export const MARGIN = { left: 58, right: 10, top: 8, bottom: 22 } as const;
/** A shorter drag is a click. */
const DRAG_PX = 6;

interface Props {
  readonly fromMs: number;
  readonly toMs: number;
  readonly crosshair: Crosshair;
  /** What lies over the chart, within its axes. */
  readonly overlay?: ReactNode;
  /** A time was dragged over. */
  readonly onZoom: (fromMs: number, toMs: number) => void;
  /** A point was clicked: its time, and its height between 0 (bottom) and 1. */
  readonly onPick: (atMs: number, height: number) => void;
  readonly children: ReactNode;
}

/** A chart that can be zoomed by dragging, clicked, and that shows the instant that is looked at in any chart of the page. */
export function Plot({ fromMs, toMs, crosshair, overlay, onZoom, onPick, children }: Props) {
  const area = useRef<HTMLDivElement>(null);
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null);
  /** A press that began here: what is only released here was meant for something else. */
  const pressed = useRef(false);
  const placeOf = (event: PointerEvent) => {
    const box = area.current!.getBoundingClientRect();
    return {
      x: Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)),
      height: 1 - (event.clientY - box.top) / box.height,
      width: box.width,
    };
  };
  const timeAt = (x: number) => fromMs + x * (toMs - fromMs);
  const down = (event: PointerEvent) => {
    pressed.current = event.button === 0;
    if (event.button !== 0 || event.pointerType === 'touch') return;
    const { x } = placeOf(event);
    setDrag({ from: x, to: x });
  };
  const move = (event: PointerEvent) => {
    const { x, width } = placeOf(event);
    crosshair.hover(timeAt(x));
    if (!drag) return;
    // What is dragged beyond the edge reaches to the edge. Not before: a captured click would not reach a link.
    if (Math.abs(x - drag.from) * width >= DRAG_PX && event.isTrusted)
      event.currentTarget.setPointerCapture(event.pointerId);
    setDrag({ from: drag.from, to: x });
  };
  const up = (event: PointerEvent) => {
    const { x, height, width } = placeOf(event);
    const from = drag?.from ?? x;
    setDrag(null);
    if (!pressed.current) return;
    pressed.current = false;
    if (Math.abs(x - from) * width >= DRAG_PX)
      onZoom(timeAt(Math.min(from, x)), timeAt(Math.max(from, x)));
    else if (!(event.target instanceof Element && event.target.closest('a')))
      onPick(timeAt(x), height);
  };
  const leave = () => {
    crosshair.hover(null);
    pressed.current = false;
    setDrag(null);
  };
  return (
    <div
      className={styles.plot}
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onPointerLeave={leave}
      onPointerCancel={leave}
    >
      {children}
      <div
        className={styles.area}
        ref={area}
        style={{ left: MARGIN.left, right: MARGIN.right, top: MARGIN.top, bottom: MARGIN.bottom }}
        aria-hidden
      >
        {overlay}
        {drag && (
          <span
            className={styles.drag}
            style={{
              left: `${Math.min(drag.from, drag.to) * 100}%`,
              width: `${Math.abs(drag.to - drag.from) * 100}%`,
            }}
          />
        )}
        <Hair crosshair={crosshair} fromMs={fromMs} toMs={toMs} />
      </div>
    </div>
  );
}

/** Of its own: nothing else is drawn again while the pointer moves. */
function Hair({ crosshair, fromMs, toMs }: { crosshair: Crosshair; fromMs: number; toMs: number }) {
  const at = useCrosshair(crosshair);
  if (at === null || at < fromMs || at > toMs) return null;
  return (
    <span className={styles.hair} style={{ left: `${((at - fromMs) / (toMs - fromMs)) * 100}%` }} />
  );
}

const DAY_MS = 86_400_000;

/** Instants along the axis: the day too where there is more than one. */
export const clockOver =
  (lengthMs: number) =>
  (ms: number): string => {
    const text = new Date(ms).toISOString();
    if (lengthMs > 2 * DAY_MS) return `${text.slice(5, 10)} ${text.slice(11, 13)}h`;
    return lengthMs < 10 * 60_000 ? text.slice(11, 19) : text.slice(11, 16);
  };
