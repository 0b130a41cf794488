import { useCrosshair, type Crosshair } from '@/components/ui/crosshair';
import type { Axis } from '@/lib/requests/view/axis';
import { formatDuration } from '@/lib/time/format';
import { foldPositions, instantPosition, percent } from './bar-position';
import { crosshairText, tickText } from './ruler-text';
import shared from '../requests.module.css';
import styles from './waterfall.module.css';

/** Half of the widest label of the crosshair, in pixels: so near to an edge it stops. */
const LABEL_MARGIN = 110;

/** Round times above the waterfall, the folded gaps, and the instant under the pointer. */
export function Ruler({
  axis,
  ticks,
  crosshair,
  startMs,
}: {
  axis: Axis;
  ticks: readonly number[];
  crosshair: Crosshair;
  startMs: number;
}) {
  return (
    <div className={styles.ruler} aria-hidden>
      {ticks.map((tick) => (
        <span key={tick} className="mono" style={{ left: percent(axis.x(tick)) }}>
          {tickText(axis, tick)}
        </span>
      ))}
      {foldPositions(axis).map((fold) => (
        <span key={fold.key} className={shared.muted} style={{ left: fold.position.left }}>
          ⋯ {formatDuration(fold.durationNs)}
        </span>
      ))}
      <CrosshairLabel axis={axis} crosshair={crosshair} startMs={startMs} />
    </div>
  );
}

function CrosshairLabel({
  axis,
  crosshair,
  startMs,
}: {
  axis: Axis;
  crosshair: Crosshair;
  startMs: number;
}) {
  const offsetNs = useCrosshair(crosshair);
  const position = offsetNs === null ? undefined : instantPosition(axis, offsetNs);
  if (offsetNs === null || !position) return null;
  return (
    <span
      className={styles.crosshairLabel}
      style={{
        left: `clamp(${LABEL_MARGIN}px, ${position.left}, calc(100% - ${LABEL_MARGIN}px))`,
      }}
      data-testid="crosshair"
    >
      {crosshairText(offsetNs, startMs)}
    </span>
  );
}

/** The instant under the pointer, as a line over what is drawn on an axis. */
export function CrosshairLine({ crosshair, axis }: { crosshair: Crosshair; axis: Axis }) {
  const offsetNs = useCrosshair(crosshair);
  const position = offsetNs === null ? undefined : instantPosition(axis, offsetNs);
  return position ? <span className={shared.crosshairLine} style={position} /> : null;
}
