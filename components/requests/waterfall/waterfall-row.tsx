'use client';

import { memo, type CSSProperties, type PointerEvent, type ReactNode } from 'react';
import { Stripe } from '@/components/ui/stripe';
import type { Axis } from '@/lib/requests/view/axis';
import type { LogRow, RequestView, SpanRow } from '@/lib/requests/contract';
import { formatCount, formatDuration, formatOffset } from '@/lib/time/format';
import { collapseKey, type Line, type SpanTable } from './span-table';
import styles from '../requests.module.css';

interface Props {
  readonly view: RequestView;
  readonly table: SpanTable;
  readonly line: Line;
  readonly index: number;
  readonly top: number;
  readonly axis: Axis;
  readonly services: readonly string[];
  readonly selected: number;
  readonly culprit: number;
  readonly collapsed: ReadonlySet<string>;
  readonly logsBySpan: ReadonlyMap<string, readonly LogRow[]>;
  readonly showGhosts: boolean;
  readonly phone: boolean;
  readonly tabIndex: number;
  readonly onSelect: (position: number) => void;
  readonly onToggle: (key: string, open: boolean) => void;
  readonly onFocus: () => void;
  readonly onPin: (event: PointerEvent) => void;
}

const INDENT = 14;
/** More dots than this on one bar say nothing. */
const MAX_DOTS = 24;

const sameRow = (before: Props, after: Props): boolean =>
  (
    [
      'view',
      'table',
      'line',
      'index',
      'top',
      'axis',
      'culprit',
      'collapsed',
      'logsBySpan',
      'showGhosts',
      'phone',
      'tabIndex',
    ] as const
  ).every((key) => before[key] === after[key]) &&
  (before.line.kind !== 'span' ||
    (before.selected === before.line.position) === (after.selected === before.line.position));

export const WaterfallRow = memo(function WaterfallRow(props: Props) {
  const { line } = props;
  if (line.kind === 'lane') return <LaneRow {...props} line={line} />;
  if (line.kind === 'span') return <SpanLine {...props} line={line} />;
  if (line.kind === 'attempts') return <AttemptsRow {...props} line={line} />;
  if (line.kind === 'missing') return <MissingRow {...props} line={line} />;
  return (
    <Row
      {...props}
      label={`${line.count} log lines belong to no span`}
      level={1}
      name={<span className="operation">Unattached logs</span>}
    >
      <span className={styles.after} style={{ left: 0 }}>
        {formatCount(line.count)} {line.count === 1 ? 'line belongs' : 'lines belong'} to no span;
        the list below says why
      </span>
    </Row>
  );
}, sameRow);

interface RowProps extends Props {
  readonly name: ReactNode;
  readonly label: string;
  readonly level: number;
  readonly depth?: number;
  readonly expanded?: boolean | undefined;
  readonly chosen?: boolean;
  readonly children: ReactNode;
  readonly className?: string | undefined;
  readonly onOpen?: (() => void) | undefined;
}

function Row({
  index,
  top,
  tabIndex,
  name,
  label,
  level,
  depth = 0,
  expanded,
  chosen,
  children,
  className,
  onFocus,
  onOpen,
  onPin,
}: RowProps) {
  return (
    <div
      role="row"
      className={`${styles.row} ${className ?? ''}`}
      style={{ transform: `translateY(${top}px)` }}
      data-index={index}
      tabIndex={tabIndex}
      aria-rowindex={index + 1}
      aria-level={level}
      aria-expanded={expanded}
      aria-selected={chosen}
      aria-label={label}
      onFocus={onFocus}
      onClick={onOpen}
    >
      <div role="rowheader" className={styles.name} style={{ paddingLeft: 8 + depth * INDENT }}>
        {name}
      </div>
      <div role="gridcell" className={styles.track} onClick={onPin as never}>
        {children}
      </div>
    </div>
  );
}

function Twist({
  open,
  onToggle,
  what,
}: {
  open: boolean | undefined;
  onToggle: () => void;
  what: string;
}) {
  if (open === undefined) return <span className={styles.twist} aria-hidden />;
  return (
    <button
      type="button"
      className={styles.twist}
      tabIndex={-1}
      aria-label={`${open ? 'Collapse' : 'Expand'} ${what}`}
      onClick={(event) => {
        event.stopPropagation();
        onToggle();
      }}
    >
      {open ? '▾' : '▸'}
    </button>
  );
}

/** Left and width of a stretch of time, cut to what is shown; undefined when nothing of it is. */
function place(axis: Axis, start: number, duration: number): CSSProperties | undefined {
  const end = start + duration;
  if (end < axis.from || start > axis.to) return undefined;
  const left = axis.x(Math.max(start, axis.from));
  return { left: `${left * 100}%`, width: `${(axis.x(Math.min(end, axis.to)) - left) * 100}%` };
}

/** Words stand behind a bar; long ones before it where there is no room. */
function beside(axis: Axis, start: number, duration: number, long = false): CSSProperties {
  const end = axis.x(Math.max(axis.from, Math.min(start + duration, axis.to)));
  if (!long || end < 0.75) return { left: `${end * 100}%` };
  const begin = axis.x(Math.max(axis.from, Math.min(start, axis.to)));
  return begin > 0.35 ? { right: `${(1 - begin) * 100}%` } : { left: `${begin * 100}%`, top: 8 };
}

function LaneRow(props: Props & { line: Extract<Line, { kind: 'lane' }> }) {
  const { line, view, axis, services, collapsed, onToggle } = props;
  const { lane } = line;
  const key = `lane ${lane.id}`;
  const open = !collapsed.has(key);
  const words = `Lane ${line.index + 1} of ${view.lanes.length}`;
  const wait =
    lane.wait &&
    `waited ${formatDuration(lane.wait.durationNs)}${lane.wait.queue ? ` in queue ${lane.wait.queue}` : ''}`;
  const attempt = lane.attempt && `attempt ${lane.attempt.number} of ${lane.attempt.of}`;
  return (
    <Row
      {...props}
      className={styles.laneRow}
      level={1}
      expanded={open}
      label={[words, lane.service, lane.state, formatDuration(lane.durationNs), attempt, wait]
        .filter(Boolean)
        .join(', ')}
      onOpen={() => onToggle(key, !open)}
      name={
        <>
          <Twist open={open} onToggle={() => onToggle(key, !open)} what={words} />
          <b>{words}</b>
          <Stripe service={lane.service} services={services} />
          <span>{lane.service}</span>
          <span className="mono" style={{ marginLeft: 'auto' }}>
            {lane.state === 'failed' && <span className={styles.critical}>✕ </span>}
            {formatDuration(lane.durationNs)}
          </span>
        </>
      }
    >
      {lane.wait && (
        <span
          className={styles.wait}
          style={place(axis, lane.wait.startOffsetNs, lane.wait.durationNs)}
          aria-hidden
        />
      )}
      {(wait || attempt) && (
        <span
          className={styles.after}
          style={
            lane.wait
              ? axis.x(Math.min(axis.to, lane.wait.startOffsetNs + lane.wait.durationNs)) > 0.7
                ? { right: `${(1 - axis.x(Math.max(axis.from, lane.wait.startOffsetNs))) * 100}%` }
                : {
                    left: `${axis.x(Math.max(axis.from, Math.min(axis.to, lane.wait.startOffsetNs + lane.wait.durationNs))) * 100}%`,
                  }
              : { left: 0 }
          }
        >
          {[attempt, wait].filter(Boolean).join(', ')}
        </span>
      )}
    </Row>
  );
}

function SpanLine(props: Props & { line: Extract<Line, { kind: 'span' }> }) {
  const {
    line,
    table,
    axis,
    services,
    selected,
    culprit,
    collapsed,
    logsBySpan,
    showGhosts,
    onSelect,
    onToggle,
  } = props;
  const { position } = line;
  const row = table.row(position);
  const service = table.service(position);
  const failed = table.failed(position);
  const [start, duration] = [table.start(position), table.duration(position)];
  const parent = table.end[position]! > position + 1;
  const key = collapseKey(table, position);
  const open = parent ? !collapsed.has(key) : undefined;
  const depth = table.depth[position]!;
  const bar = place(axis, start, duration);
  const logs = row ? (logsBySpan.get(row.id) ?? []) : [];
  const usual =
    position === culprit && !failed && row?.normalNs != null && row.normalNs * 2 < duration;
  return (
    <Row
      {...props}
      level={depth + 2}
      depth={depth}
      expanded={open}
      chosen={selected === position}
      label={labelOf(service, row, failed, start, duration)}
      onOpen={() => onSelect(position)}
      name={
        <>
          <Twist
            open={open}
            onToggle={() => onToggle(key, !open)}
            what={`${service} ${row?.name ?? ''}`}
          />
          <Stripe service={service} services={services} />
          <b>{service}</b>
          <span className={styles.operation}>
            <bdi>{row?.name ?? '…'}</bdi>
            {row?.attempt && ` ${row.attempt.number}/${row.attempt.of}`}
            {row?.orphan && ' (parent not found)'}
          </span>
          {row && row.skewNs !== 0 && (
            <span
              className={styles.badge}
              title={`The clock of ${row.host} runs ${row.skewNs < 0 ? 'ahead' : 'behind'}`}
            >
              {row.skewNs < 0 ? '+' : '−'}
              {formatDuration(Math.abs(row.skewNs))}
            </span>
          )}
        </>
      }
    >
      {showGhosts && row && row.skewNs !== 0 && (
        <span
          className={styles.ghost}
          style={place(axis, start - row.skewNs, duration) ?? { display: 'none' }}
        />
      )}
      {bar && (
        <span
          className={styles.barBox}
          style={bar}
          data-culprit={position === culprit ? (failed ? 'failed' : 'slow') : undefined}
          data-critical={table.critical(position)}
        />
      )}
      {usual && (
        <span
          className={styles.usual}
          style={place(axis, start, row.normalNs!)}
          title={`normally ${formatDuration(row.normalNs!)}`}
        />
      )}
      {bar &&
        logs
          .slice(0, MAX_DOTS)
          .map(
            (log) =>
              log.offsetNs >= axis.from &&
              log.offsetNs <= axis.to && (
                <span
                  key={log.id}
                  className={styles.dot}
                  data-level={log.level}
                  style={{ left: `${axis.x(log.offsetNs) * 100}%` }}
                />
              ),
          )}
      <span
        className={styles.after}
        style={
          bar
            ? beside(axis, start, duration)
            : { left: start > axis.to ? undefined : 0, right: start > axis.to ? 0 : undefined }
        }
      >
        {!bar && (start > axis.to ? '→ ' : '← ')}
        {failed && <b>✕ </b>}
        {formatDuration(duration)}
        {usual && axis.x(Math.min(axis.to, start + duration)) < 0.75
          ? `, normally ${formatDuration(row.normalNs!)}`
          : ''}
      </span>
    </Row>
  );
}

function labelOf(
  service: string,
  row: SpanRow | undefined,
  failed: boolean,
  start: number,
  duration: number,
): string {
  const attempt = row?.attempt ? `, attempt ${row.attempt.number} of ${row.attempt.of}` : '';
  return `${service} ${row?.name ?? ''}, ${failed ? 'failed, ' : ''}${formatDuration(duration)}, starts ${formatOffset(start).slice(1)}${attempt}`;
}

function AttemptsRow(props: Props & { line: Extract<Line, { kind: 'attempts' }> }) {
  const { group, depth } = props.line;
  const words = `${group.spans.length} attempts, backoff ${group.backoffNs.map((ns) => Math.round(ns / 1e6)).join(', ')} ms`;
  return (
    <Row
      {...props}
      level={depth + 2}
      depth={depth}
      label={`${group.service} ${group.name}, ${words}`}
      name={
        <>
          <span className={styles.twist} aria-hidden />
          <span className={styles.operation}>
            {group.name}, {group.spans.length} attempts
          </span>
        </>
      }
    >
      <span
        className={styles.bracket}
        data-failed={group.failed}
        style={place(props.axis, group.startOffsetNs, group.durationNs)}
      />
      <span
        className={styles.after}
        style={beside(props.axis, group.startOffsetNs, group.durationNs, true)}
      >
        {words}
      </span>
    </Row>
  );
}

function MissingRow(props: Props & { line: Extract<Line, { kind: 'missing' }> }) {
  const { missing, depth } = props.line;
  const words = `Not seen${missing.expected ? '' : ' yet'}: who takes ${missing.message}${missing.queue ? ` from queue ${missing.queue}` : ''}`;
  return (
    <Row
      {...props}
      className={styles.missing}
      level={depth + 2}
      depth={depth}
      label={words}
      name={
        <>
          <span className={styles.twist} aria-hidden />
          <span>consumer of {missing.queue || missing.message}</span>
        </>
      }
    >
      <span
        className={`${styles.barBox} ${styles.absent}`}
        style={{
          ...place(props.axis, missing.startOffsetNs, (props.axis.to - props.axis.from) * 0.04),
        }}
      />
      <span
        className={styles.after}
        style={beside(
          props.axis,
          missing.startOffsetNs,
          (props.axis.to - props.axis.from) * 0.04,
          true,
        )}
      >
        {words}
      </span>
    </Row>
  );
}
