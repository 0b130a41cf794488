'use client';

import { useRef, useState, type PointerEvent, type ReactNode } from 'react';
import { useCrosshair } from '@/components/ui/crosshair';
import { positionOf, type ChartFrame } from './chart-model';
import styles from './charts.module.css';

/** Around what is drawn, in pixels: Recharts is told the same. */
export const MARGIN = { left: 58, right: 10, top: 8, bottom: 22 } as const;
/** A shorter drag is a click. */
const DRAG_PX = 6;

interface Props {
  readonly frame: ChartFrame;
  /** What lies over the chart, within its axes. */
  readonly overlay?: ReactNode;
  /** A point was clicked: its time, and its height between 0 (bottom) and 1. */
  readonly onPick: (atMs: number, height: number) => void;
  readonly children: ReactNode;
}

/** A chart that zooms when dragged over, can be clicked, and shows the crosshair of the page. */
export function Plot({ frame, overlay, onPick, children }: Props) {
  const { fromMs, toMs, crosshair, onZoom } = frame;
  const area = useRef<HTMLDivElement>(null);
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null);
  /** Whether a press began here: one that is only released here was meant for something else. */
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
    // A drag beyond the edge reaches to the edge. Not before it is a drag: a captured click would
    // not reach a link.
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
        <CrosshairLine frame={frame} />
      </div>
    </div>
  );
}

/** A component of its own: nothing else is drawn again while the pointer moves. */
function CrosshairLine({ frame }: { readonly frame: ChartFrame }) {
  const atMs = useCrosshair(frame.crosshair);
  if (atMs === null || atMs < frame.fromMs || atMs > frame.toMs) return null;
  return (
    <span className={styles.crosshair} style={{ left: `${positionOf(frame, atMs) * 100}%` }} />
  );
}
