'use client';

import { useState, type PointerEvent, type ReactNode } from 'react';
import type { Axis } from '@/lib/requests/view/axis';
import { useShownRequest } from '../request-context';
import type { Viewport } from '../zoom';
import { brushed, intervalOnAxis, isWhole, shadedParts } from './brush';
import styles from './minimap.module.css';

interface Props {
  readonly axis: Axis;
  readonly viewport: Viewport;
  readonly onViewport: (viewport: Viewport) => void;
  readonly children: ReactNode;
}

/** Dragging over the minimap zooms to what was dragged over; a click pins the crosshair. */
export function BrushArea({ axis, viewport, onViewport, children }: Props) {
  const { crosshair } = useShownRequest();
  const [drag, setDrag] = useState<Viewport | null>(null);
  const onPointerDown = (event: PointerEvent) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    const offsetNs = offsetUnder(event, axis);
    setDrag([offsetNs, offsetNs]);
  };
  const onPointerMove = (event: PointerEvent) => {
    const offsetNs = offsetUnder(event, axis);
    if (drag) setDrag([drag[0], offsetNs]);
    else crosshair.hover(offsetNs);
  };
  const onPointerUp = () => {
    if (!drag) return;
    const interval = brushed(axis, drag);
    if (interval) onViewport(interval);
    else crosshair.pin(drag[0]);
    setDrag(null);
  };
  const shaded = isWhole(axis, viewport) ? [] : shadedParts(axis, viewport);
  return (
    <div
      className={styles.brushArea}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerLeave={() => crosshair.hover(null)}
      onPointerCancel={() => setDrag(null)}
      onDoubleClick={() => onViewport([axis.from, axis.to])}
    >
      {children}
      {shaded.map((position) => (
        <span key={position.left} className={styles.shade} style={position} />
      ))}
      {drag && <span className={styles.brush} style={intervalOnAxis(axis, drag)} />}
    </div>
  );
}

function offsetUnder(event: PointerEvent, axis: Axis): number {
  const box = event.currentTarget.getBoundingClientRect();
  const share = (event.clientX - box.left) / box.width;
  return axis.offset(Math.min(1, Math.max(0, share)));
}
