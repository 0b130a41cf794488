import { Stripe } from '@/components/ui/stripe';
import type { SpanRow as Span } from '@/lib/requests/contract';
import { RowFrame, BarText, ExpandToggle, type RowPlace } from './row-frame';
import { skewBadge, spanLabel } from './row-text';
import { hasChildren, type WaterfallRow } from './rows';
import { spanBar, type SpanBar } from './span-bar';
import type { WaterfallModel } from './waterfall-model';
import styles from './waterfall.module.css';

interface Props {
  readonly place: RowPlace;
  readonly model: WaterfallModel;
  readonly row: Extract<WaterfallRow, { kind: 'span' }>;
  readonly selected: boolean;
}

/** One span: service and operation, and its bar on the time axis. */
export function SpanRow({ place, model, row: { position, key }, selected }: Props) {
  const { table, axis, collapsed, logsBySpan } = model;
  const span = table.span(position);
  const depth = table.depth[position]!;
  const open = hasChildren(table, position) ? !collapsed.has(key) : undefined;
  const service = table.service(position);
  const bar = spanBar(table, position, axis, {
    isCulprit: position === model.culprit,
    showRawBar: model.clock === 'adjusted',
    logs: logsBySpan.get(span?.id ?? '') ?? [],
  });
  const label = spanLabel({
    service,
    span,
    failed: bar.failed,
    hasException: bar.hasException,
    ended: bar.ended,
    startNs: table.startNs(position),
    durationNs: table.durationNs(position),
    timed: table.timed(position),
  });
  return (
    <RowFrame
      place={place}
      level={depth + 2}
      depth={depth}
      expanded={open}
      selected={selected}
      label={label}
      name={<SpanName span={span} service={service} services={model.services} open={open} />}
    >
      <Bar {...bar} />
    </RowFrame>
  );
}

function SpanName({
  span,
  service,
  services,
  open,
}: {
  span: Span | undefined;
  service: string;
  services: readonly string[];
  open: boolean | undefined;
}) {
  const skew = span && skewBadge(span);
  return (
    <>
      <ExpandToggle open={open} what={`${service} ${span?.name ?? ''}`} />
      <Stripe service={service} services={services} />
      <b>{service}</b>
      <span className={styles.operation}>
        <bdi>{span?.name ?? '…'}</bdi>
        {span?.attempt && ` ${span.attempt.number}/${span.attempt.of}`}
        {span?.orphan && ' (parent not found)'}
      </span>
      {skew && (
        <span className={styles.skewBadge} title={skew.title}>
          {skew.text}
        </span>
      )}
    </>
  );
}

function Bar({ bar, rawBar, normal, logDots, text, textPosition, ...state }: SpanBar) {
  return (
    <>
      {rawBar && <span className={styles.rawBar} style={rawBar} />}
      {bar && (
        <span
          className={styles.bar}
          style={bar}
          data-culprit={state.culprit}
          data-ended={state.ended}
          data-critical={state.critical}
        />
      )}
      {normal && (
        <span className={styles.normalDuration} style={normal.position} title={normal.title} />
      )}
      {logDots.map((dot) => (
        <span key={dot.id} className={styles.logDot} data-level={dot.level} style={dot.position} />
      ))}
      <BarText position={textPosition}>
        {state.failed && <b>✕ </b>}
        {!state.failed && (state.hasException || !state.ended) && '? '}
        {text}
      </BarText>
    </>
  );
}
