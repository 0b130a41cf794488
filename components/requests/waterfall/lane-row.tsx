import { Stripe } from '@/components/ui/stripe';
import type { Lane } from '@/lib/requests/contract';
import type { Axis } from '@/lib/requests/view/axis';
import { intervalPosition, longTextPosition, type Position } from './bar-position';
import { BarText, ExpandToggle, RowFrame, type RowPlace } from './row-frame';
import { laneDuration, laneLabel, laneNote, laneTitle } from './row-text';
import type { WaterfallModel } from './waterfall-model';
import shared from '../requests.module.css';
import styles from './waterfall.module.css';

interface Props {
  readonly place: RowPlace;
  readonly model: WaterfallModel;
  readonly lane: Lane;
  readonly index: number;
  readonly open: boolean;
}

/** The header of one trace: its outcome, which attempt it is, how long its message waited. */
export function LaneRow({ place, model, lane, index, open }: Props) {
  const { axis, laneCount, services } = model;
  const title = laneTitle(index, laneCount);
  const note = laneNote(lane);
  const name = (
    <>
      <ExpandToggle open={open} what={title} />
      <b>{title}</b>
      <Stripe service={lane.service} services={services} />
      <span>{lane.service}</span>
      <span className={`mono ${styles.laneDuration}`}>
        {lane.state === 'failed' && <span className={shared.critical}>✕ </span>}
        {(lane.state === 'unfinished' || lane.state === 'unknown') && '? '}
        {laneDuration(lane)}
      </span>
    </>
  );
  return (
    <RowFrame
      place={place}
      className={styles.laneRow}
      level={1}
      expanded={open}
      label={laneLabel(lane, index, laneCount)}
      name={name}
    >
      {lane.wait && <span className={styles.wait} style={waitPosition(axis, lane)} aria-hidden />}
      {note && <BarText position={notePosition(axis, lane)}>{note}</BarText>}
    </RowFrame>
  );
}

const waitPosition = (axis: Axis, { wait }: Lane): Position | undefined =>
  wait ? intervalPosition(axis, wait.startOffsetNs, wait.durationNs) : undefined;

const notePosition = (axis: Axis, { wait }: Lane): Position =>
  wait ? longTextPosition(axis, wait.startOffsetNs, wait.durationNs) : { left: '0' };
