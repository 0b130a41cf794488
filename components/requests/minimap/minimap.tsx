'use client';

import type { Axis } from '@/lib/requests/view/axis';
import { formatDuration } from '@/lib/time/format';
import { useShownRequest } from '../request-context';
import { foldPositions } from '../waterfall/bar-position';
import { CrosshairLine } from '../waterfall/ruler';
import type { SpanTable } from '../waterfall/span-table';
import type { Viewport } from '../zoom';
import { BrushArea } from './brush-area';
import { MinimapCanvas } from './minimap-canvas';
import { minimapSummary } from './minimap-summary';
import { ZoomSliders } from './zoom-sliders';
import shared from '../requests.module.css';
import styles from './minimap.module.css';

interface Props {
  readonly table: SpanTable;
  /** Over the whole request. */
  readonly axis: Axis;
  readonly viewport: Viewport;
  readonly onViewport: (viewport: Viewport) => void;
}

/**
 * The whole request in 72 pixels; dragging zooms the waterfall. The canvas is for eyes, the summary
 * and two sliders for everybody.
 */
export function Minimap({ table, axis, viewport, onViewport }: Props) {
  const { view, crosshair } = useShownRequest();
  const laneCount = view.lanes.length;
  return (
    <div className={styles.minimap}>
      <BrushArea axis={axis} viewport={viewport} onViewport={onViewport}>
        <MinimapCanvas table={table} logs={view.logs} laneCount={laneCount} axis={axis} />
        {foldPositions(axis).map((fold) => (
          <span
            key={fold.key}
            className={shared.fold}
            style={fold.position}
            title={`${formatDuration(fold.durationNs)} folded`}
          />
        ))}
        <CrosshairLine crosshair={crosshair} axis={axis} />
      </BrushArea>
      <p className="visually-hidden">{minimapSummary(table, laneCount)}</p>
      <ZoomSliders axis={axis} viewport={viewport} onViewport={onViewport} />
    </div>
  );
}
