import { useEffect, useRef } from 'react';
import { formatCount } from '@/lib/time/format';
import { instantMs, positionOf, type ChartFrame } from './chart-model';
import { heightOn, lowerBound, upperBound, type HeatMap, type HeatScale } from './heat-scale';
import styles from './charts.module.css';

interface Props {
  readonly heat: HeatMap;
  readonly scale: HeatScale;
  readonly frame: ChartFrame;
}

/** One cell a bucket and instant on a canvas; a gap is empty, and so is zero. */
export function HeatCells({ heat, scale, frame }: Props) {
  const canvasRef = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const canvas = canvasRef.current!;
    const draw = () => drawCells(canvas, { heat, scale, frame });
    draw();
    return onResizeOrTheme(canvas, draw);
  });
  return (
    <canvas
      ref={canvasRef}
      className={styles.canvas}
      style={{ color: 'var(--accent)' }}
      data-buckets={formatCount(heat.counts.length)}
    />
  );
}

function drawCells(canvas: HTMLCanvasElement, { heat, scale, frame }: Props): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const pixelRatio = window.devicePixelRatio;
  const { clientWidth: width, clientHeight: height } = canvas;
  canvas.width = width * pixelRatio;
  canvas.height = height * pixelRatio;
  context.scale(pixelRatio, pixelRatio);
  context.fillStyle = getComputedStyle(canvas).color;
  const { grid, fromMs, toMs } = frame;
  const highest = heat.counts.flat().reduce<number>((most, count) => Math.max(most, count ?? 0), 0);
  const cellWidth = (grid.stepMs / (toMs - fromMs)) * width;
  for (const [bucket, row] of heat.counts.entries()) {
    const bottom = heightOn(scale, Math.max(scale.low, lowerBound(heat.bounds, bucket)));
    const top = heightOn(scale, Math.min(scale.high, upperBound(heat.bounds, bucket)));
    for (const [index, count] of row.entries()) {
      if (!count) continue;
      context.globalAlpha = 0.12 + 0.7 * Math.sqrt(count / highest);
      context.fillRect(
        positionOf(frame, instantMs(grid, index - 0.5)) * width,
        (1 - top) * height + 0.5,
        Math.max(1, cellWidth - 0.5),
        Math.max(1, (top - bottom) * height - 1),
      );
    }
  }
}

/** @returns what ends it */
function onResizeOrTheme(element: Element, callback: () => void): () => void {
  const size = new ResizeObserver(callback);
  const systemTheme = window.matchMedia('(prefers-color-scheme: dark)');
  const chosenTheme = new MutationObserver(callback);
  size.observe(element);
  systemTheme.addEventListener('change', callback);
  chosenTheme.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  return () => {
    size.disconnect();
    systemTheme.removeEventListener('change', callback);
    chosenTheme.disconnect();
  };
}
