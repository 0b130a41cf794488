import { formatCount } from '@/lib/time/format';
import type { Axis } from '@/lib/requests/view/axis';
import { intervalPosition, longTextPosition, missingDurationNs } from './bar-position';
import { BarText, ExpandToggle, RowFrame, type RowPlace } from './row-frame';
import { attemptsText, missingConsumerText } from './row-text';
import type { AttemptsAnnotation, MissingConsumer } from './rows';
import styles from './waterfall.module.css';

/** A bracket over several attempts at the same operation. */
export function AttemptsRow({
  place,
  axis,
  attempts,
  depth,
}: {
  place: RowPlace;
  axis: Axis;
  attempts: AttemptsAnnotation;
  depth: number;
}) {
  const { startOffsetNs, durationNs } = attempts;
  const text = attemptsText(attempts);
  const name = (
    <>
      <ExpandToggle />
      <span className={styles.operation}>
        {attempts.name}, {attempts.spans.length} attempts
      </span>
    </>
  );
  return (
    <RowFrame
      place={place}
      level={depth + 2}
      depth={depth}
      label={`${attempts.service} ${attempts.name}, ${text}`}
      name={name}
    >
      <span
        className={styles.bracket}
        data-failed={attempts.failed}
        style={intervalPosition(axis, startOffsetNs, durationNs)}
      />
      <BarText position={longTextPosition(axis, startOffsetNs, durationNs)}>{text}</BarText>
    </RowFrame>
  );
}

/** A message was sent, and no span of a consumer was seen. */
export function MissingConsumerRow({
  place,
  axis,
  missing,
  depth,
}: {
  place: RowPlace;
  axis: Axis;
  missing: MissingConsumer;
  depth: number;
}) {
  const text = missingConsumerText(missing);
  const durationNs = missingDurationNs(axis);
  const name = (
    <>
      <ExpandToggle />
      <span>consumer of {missing.queue || missing.message}</span>
    </>
  );
  return (
    <RowFrame
      place={place}
      className={styles.missing}
      level={depth + 2}
      depth={depth}
      label={text}
      name={name}
    >
      <span
        className={styles.bar}
        style={intervalPosition(axis, missing.startOffsetNs, durationNs)}
      />
      <BarText position={longTextPosition(axis, missing.startOffsetNs, durationNs)}>{text}</BarText>
    </RowFrame>
  );
}

export function UnattachedLogsRow({ place, count }: { place: RowPlace; count: number }) {
  const belong = count === 1 ? 'line belongs' : 'lines belong';
  return (
    <RowFrame
      place={place}
      level={1}
      label={`${formatCount(count)} log ${belong} to no span`}
      name={<span className={styles.operation}>Unattached logs</span>}
    >
      <BarText position={{ left: '0' }}>
        {formatCount(count)} {belong} to no span; the list of logs says why
      </BarText>
    </RowFrame>
  );
}
