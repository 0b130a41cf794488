'use client';

import { useEffect, useRef, useState, type PointerEvent } from 'react';
import type { Axis } from '@/lib/requests/view/axis';
import type { LogRow } from '@/lib/requests/contract';
import { formatCount, formatDuration, formatOffset } from '@/lib/time/format';
import { useCrosshair, type Crosshair } from '@/components/ui/crosshair';
import type { SpanTable } from '../waterfall/span-table';
import styles from '../requests.module.css';

const STRIPS = 6;
/** Up to here every span is a line of its own; above, one bin a pixel. */
const SINGLE = 400;
const LOG_HEIGHT = 14;

interface Props {
  readonly table: SpanTable;
  readonly logs: readonly LogRow[];
  readonly laneCount: number;
  /** Over the whole request. */
  readonly axis: Axis;
  readonly viewport: readonly [number, number];
  readonly onViewport: (viewport: readonly [number, number]) => void;
  readonly crosshair: Crosshair;
}

/** The whole request in 72 pixels; dragging zooms the waterfall. The canvas is for eyes, the summary and two sliders for everybody. */
export function Minimap({ table, logs, laneCount, axis, viewport, onViewport, crosshair }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [drag, setDrag] = useState<readonly [number, number] | null>(null);

  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const paint = () => draw(element, table, logs, laneCount, axis);
    paint();
    const observer = new ResizeObserver(paint);
    observer.observe(element);
    window.addEventListener('themechange', paint);
    return () => {
      observer.disconnect();
      window.removeEventListener('themechange', paint);
    };
  }, [table, logs, laneCount, axis]);

  const at = (event: PointerEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    return axis.offset(Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)));
  };
  const share = (offset: number) => `${axis.x(offset) * 100}%`;
  const whole = viewport[0] <= axis.from && viewport[1] >= axis.to;
  const errors = countErrors(table);
  return (
    <div className={styles.minimap}>
      <div
        className={styles.map}
        onPointerMove={(event) =>
          drag ? setDrag([drag[0], at(event)]) : crosshair.hover(at(event))
        }
        onPointerLeave={() => crosshair.hover(null)}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          setDrag([at(event), at(event)]);
        }}
        onPointerUp={() => {
          if (drag && Math.abs(axis.x(drag[1]) - axis.x(drag[0])) > 0.01)
            onViewport([Math.min(...drag), Math.max(...drag)]);
          else if (drag) crosshair.pin(drag[0]);
          setDrag(null);
        }}
        onPointerCancel={() => setDrag(null)}
        onDoubleClick={() => onViewport([axis.from, axis.to])}
      >
        <canvas ref={canvas} aria-hidden data-testid="minimap" />
        {!whole && (
          <>
            <span className={styles.shade} style={{ left: 0, width: share(viewport[0]) }} />
            <span className={styles.shade} style={{ left: share(viewport[1]), right: 0 }} />
          </>
        )}
        {drag && (
          <span
            className={styles.brush}
            style={{
              left: share(Math.min(...drag)),
              width: `${Math.abs(axis.x(drag[1]) - axis.x(drag[0])) * 100}%`,
            }}
          />
        )}
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
                title={`${formatDuration(segment.to - segment.from)} folded`}
              />
            ),
        )}
        <CrossLine crosshair={crosshair} axis={axis} />
      </div>
      <p className="visually-hidden">
        {formatCount(table.count)} spans, {laneCount} lanes, {errors.count} errors
        {errors.first >= 0
          ? `, first in ${table.service(errors.first)} at ${formatOffset(table.start(errors.first))}`
          : ''}
      </p>
      <div className={styles.sliders}>
        {(['from', 'to'] as const).map((edge, index) => (
          <label key={edge}>
            {edge}
            <input
              type="range"
              min={0}
              max={1000}
              value={Math.round(
                axis.x(Math.min(axis.to, Math.max(axis.from, viewport[index]!))) * 1000,
              )}
              aria-label={`Timeline ${edge}`}
              aria-valuetext={formatOffset(viewport[index]!)}
              onChange={(event) => {
                const offset = axis.offset(Number(event.target.value) / 1000);
                const next: [number, number] =
                  index === 0 ? [offset, viewport[1]] : [viewport[0], offset];
                if (next[1] > next[0]) onViewport(next);
              }}
            />
          </label>
        ))}
      </div>
    </div>
  );
}

export function CrossLine({ crosshair, axis }: { crosshair: Crosshair; axis: Axis }) {
  const offset = useCrosshair(crosshair);
  if (offset === null || offset < axis.from || offset > axis.to) return null;
  return <span className={styles.cross} style={{ left: `${axis.x(offset) * 100}%` }} />;
}

function countErrors(table: SpanTable): { count: number; first: number } {
  let count = 0;
  let first = -1;
  for (let position = 0; position < table.count; position += 1) {
    if (!table.failed(position)) continue;
    count += 1;
    if (first < 0 || table.start(position) < table.start(first)) first = position;
  }
  return { count, first };
}

function draw(
  canvas: HTMLCanvasElement,
  table: SpanTable,
  logs: readonly LogRow[],
  laneCount: number,
  axis: Axis,
): void {
  const { width, height } = canvas.getBoundingClientRect();
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext('2d');
  if (!context || width === 0) return;
  context.scale(ratio, ratio);
  // Custom properties hold light-dark(): let an element resolve them.
  const probe = document.createElement('span');
  canvas.parentElement!.append(probe);
  const colour = (name: string) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const [bar, critical, mute] = [colour('bar'), colour('critical-bar'), colour('mute')];
  probe.remove();
  const strips = Math.min(STRIPS, Math.max(1, laneCount));
  const strip = (height - LOG_HEIGHT - 8) / strips;
  if (table.count <= SINGLE) drawSingle(context, table, axis, width, strip, strips, bar);
  else drawBins(context, table, axis, width, strip, strips, bar);
  context.fillStyle = critical;
  for (let position = 0; position < table.count; position += 1) {
    if (!table.failed(position)) continue;
    const lane = Math.min(strips - 1, table.lane(position));
    context.fillRect(
      axis.x(table.start(position)) * width - 1,
      3 + lane * strip,
      3,
      Math.max(4, strip - 3),
    );
  }
  context.fillStyle = mute;
  for (const line of logs) {
    if (line.offsetNs < axis.from || line.offsetNs > axis.to) continue;
    context.fillStyle = line.level === 'error' || line.level === 'fatal' ? critical : mute;
    context.fillRect(axis.x(line.offsetNs) * width, height - LOG_HEIGHT, 1.5, 9);
  }
  if (laneCount > STRIPS) {
    context.fillStyle = mute;
    context.font = '11px sans-serif';
    context.fillText(`+${laneCount - STRIPS} lanes`, width - 60, height - LOG_HEIGHT - 2);
  }
}

function drawSingle(
  context: CanvasRenderingContext2D,
  table: SpanTable,
  axis: Axis,
  width: number,
  strip: number,
  strips: number,
  bar: string,
): void {
  const counts = new Array<number>(strips).fill(0);
  for (let position = 0; position < table.count; position += 1)
    counts[Math.min(strips - 1, table.lane(position))]! += 1;
  const placed = new Array<number>(strips).fill(0);
  context.fillStyle = bar;
  for (let position = 0; position < table.count; position += 1) {
    const lane = Math.min(strips - 1, table.lane(position));
    const step = Math.min(5, (strip - 6) / Math.max(1, counts[lane]!));
    const y = 4 + lane * strip + placed[lane]! * step;
    placed[lane]! += 1;
    const x = axis.x(table.start(position)) * width;
    context.fillRect(
      x,
      y,
      Math.max(1.5, axis.x(table.start(position) + table.duration(position)) * width - x),
      Math.max(1, Math.min(2, step - 0.5)),
    );
  }
}

/** Height: logarithm of how many spans are under way in that pixel. */
function drawBins(
  context: CanvasRenderingContext2D,
  table: SpanTable,
  axis: Axis,
  width: number,
  strip: number,
  strips: number,
  bar: string,
): void {
  const pixels = Math.ceil(width);
  const changes = Array.from({ length: strips }, () => new Int32Array(pixels + 1));
  for (let position = 0; position < table.count; position += 1) {
    const bins = changes[Math.min(strips - 1, table.lane(position))]!;
    const from = Math.max(
      0,
      Math.min(pixels - 1, Math.floor(axis.x(table.start(position)) * width)),
    );
    const to = Math.max(
      from,
      Math.min(
        pixels - 1,
        Math.floor(axis.x(table.start(position) + table.duration(position)) * width),
      ),
    );
    bins[from]! += 1;
    bins[to + 1]! -= 1;
  }
  context.fillStyle = bar;
  changes.forEach((bins, lane) => {
    const running: number[] = [];
    let under = 0;
    for (let pixel = 0; pixel < pixels; pixel += 1) running.push((under += bins[pixel]!));
    const most = Math.log1p(running.reduce((high, value) => Math.max(high, value), 1));
    running.forEach((value, pixel) => {
      const high = (Math.log1p(value) / most) * (strip - 4);
      context.fillRect(pixel, 2 + (lane + 1) * strip - high, 1, high);
    });
  });
}
