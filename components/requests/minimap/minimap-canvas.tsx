'use client';

import { useEffect, useRef } from 'react';
import type { LogRow } from '@/lib/requests/contract';
import type { Axis } from '@/lib/requests/view/axis';
import type { SpanTable } from '../waterfall/span-table';
import { minimapLayout, type MinimapLayout, type Rectangle } from './minimap-layout';
import styles from './minimap.module.css';

const HIDDEN_LANES_WIDTH = 60;

interface Props {
  readonly table: SpanTable;
  readonly logs: readonly LogRow[];
  readonly laneCount: number;
  readonly axis: Axis;
}

/** The picture of the whole request; drawn again when it, its size or the theme changes. */
export function MinimapCanvas({ table, logs, laneCount, axis }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const paint = () => {
      const context = sizedContext(element);
      if (!context) return;
      const size = element.getBoundingClientRect();
      draw(context, minimapLayout(table, logs, laneCount, axis, size), size.width);
    };
    paint();
    const observer = new ResizeObserver(paint);
    observer.observe(element);
    window.addEventListener('themechange', paint);
    return () => {
      observer.disconnect();
      window.removeEventListener('themechange', paint);
    };
  }, [table, logs, laneCount, axis]);
  return <canvas ref={canvas} className={styles.canvas} aria-hidden data-testid="minimap" />;
}

/** As many pixels as the screen has; null while nothing of it is shown. */
function sizedContext(canvas: HTMLCanvasElement): CanvasRenderingContext2D | null {
  const { width, height } = canvas.getBoundingClientRect();
  if (width === 0) return null;
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext('2d');
  context?.scale(ratio, ratio);
  return context;
}

function draw(context: CanvasRenderingContext2D, layout: MinimapLayout, width: number): void {
  const [bar, critical, mute] = themeColours(context.canvas, ['bar', 'critical-bar', 'mute']);
  const fill = (colour: string, rectangle: Rectangle) => {
    context.fillStyle = colour;
    context.fillRect(rectangle.x, rectangle.y, rectangle.width, rectangle.height);
  };
  for (const span of layout.spans) fill(bar!, span);
  for (const error of layout.errors) fill(critical!, error);
  for (const log of layout.logs) fill(log.failed ? critical! : mute!, log);
  if (layout.hiddenLanes === 0) return;
  const lanes = layout.hiddenLanes === 1 ? 'lane' : 'lanes';
  context.fillStyle = mute!;
  context.font = '11px sans-serif';
  context.fillText(
    `+${layout.hiddenLanes} ${lanes}`,
    width - HIDDEN_LANES_WIDTH,
    layout.stripsBottom - 2,
  );
}

/** Custom properties hold light-dark(): an element has to resolve them. */
function themeColours(canvas: HTMLCanvasElement, names: readonly string[]): string[] {
  const probe = document.createElement('span');
  canvas.parentElement!.append(probe);
  const colours = names.map((name) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  });
  probe.remove();
  return colours;
}
