'use client';

import type { ChangeEvent } from 'react';
import type { Axis } from '@/lib/requests/view/axis';
import { formatOffset } from '@/lib/time/format';
import type { Viewport } from '../zoom';
import { SLIDER_STEPS, sliderValue, withEdge } from './brush';
import styles from './minimap.module.css';

interface Props {
  readonly axis: Axis;
  readonly viewport: Viewport;
  readonly onViewport: (viewport: Viewport) => void;
}

/** The edges of what the waterfall shows, for those who do not drag. */
export function ZoomSliders(props: Props) {
  const [from, to] = props.viewport;
  return (
    <div className={styles.sliders}>
      <EdgeSlider {...props} edge="from" offsetNs={from} />
      <EdgeSlider {...props} edge="to" offsetNs={to} />
    </div>
  );
}

function EdgeSlider({
  axis,
  viewport,
  onViewport,
  edge,
  offsetNs,
}: Props & { edge: 'from' | 'to'; offsetNs: number }) {
  const onChange = (event: ChangeEvent<HTMLInputElement>) => {
    const next = withEdge(axis, viewport, edge, Number(event.target.value));
    if (next) onViewport(next);
  };
  return (
    <label>
      {edge}
      <input
        type="range"
        min={0}
        max={SLIDER_STEPS}
        value={sliderValue(axis, offsetNs)}
        aria-label={`Timeline ${edge}`}
        aria-valuetext={formatOffset(offsetNs)}
        onChange={onChange}
      />
    </label>
  );
}
