import type { CorrelationId, SpanId, TraceId } from '@/lib/correlation-id/grammar';
import { epochNs, HOUR_MS, MINUTE_MS, msToNs, type Window } from '@/lib/time/units';
import { CLUSTER_SERVICE } from '../cluster-events';
import type { Answer, Attributes, CallOptions, LogLevel, LogLine } from '../model';
import { explainPartial, type PartialReason } from '../partial-reason';
import { queryRows } from './query';
import { rejectionsOf } from './rejections';
import { resourceHash } from './resources';
import { resourceParser } from './span-rows';

const MAX_LINES = 20_000;
const LINES_CUT = explainPartial({
  code: 'row_limit',
  kept: 'first',
  rows: 'lines',
  limit: MAX_LINES,
});
const MAX_CLUSTER_EVENTS = 1_000;

interface LineRow {
  readonly time_ns: bigint;
  readonly id: bigint;
  readonly trace_id: Buffer | null;
  readonly span_id: Buffer | null;
  readonly level: LogLevel;
  readonly severity_text: string | null;
  readonly correlation_id: CorrelationId | null;
  readonly service: string;
  readonly body: string;
  readonly attributes: string;
  readonly resource: string | null;
}

const SELECT_LINES = `
  SELECT
    time_ns,
    id,
    trace_id,
    span_id,
    level,
    severity_text,
    correlation_id,
    service,
    body,
    lines.attributes,
    resources.attributes AS resource
  FROM telemetry.log_rows AS lines
  LEFT JOIN telemetry.resources ON resources.hash = lines.resource_hash`;

/** Lines that carry one of the correlation ids, as their own or in their text. */
export const linesWithId = (
  ids: readonly CorrelationId[],
  window: Window,
  options: CallOptions,
): Promise<Answer<LogLine[]>> =>
  withRejections(
    readLines('(correlation_id = ANY($1::text[]) OR mentions && $1::text[])', ids, window, options),
    rejectionsOf('logs', { traceIds: [], correlationIds: ids }, options),
  );

export const linesOfTraces = (
  traceIds: readonly TraceId[],
  window: Window,
  options: CallOptions,
): Promise<Answer<LogLine[]>> =>
  withRejections(
    readLines(
      `trace_id IN (SELECT decode(hex_id, 'hex') FROM unnest($1::text[]) AS trace_ids (hex_id))`,
      traceIds,
      window,
      options,
    ),
    rejectionsOf('logs', { traceIds, correlationIds: [] }, options),
  );

async function withRejections<Data>(
  asked: Promise<Answer<Data>>,
  askedRejections: Promise<PartialReason[]>,
): Promise<Answer<Data>> {
  const [answer, rejected] = await Promise.all([asked, askedRejections]);
  return { data: answer.data, partial: [...rejected, ...answer.partial] };
}

async function readLines(
  condition: string,
  ids: readonly string[],
  window: Window,
  options: CallOptions,
): Promise<Answer<LogLine[]>> {
  const rows = await queryRows<LineRow>(
    `
    ${SELECT_LINES}
    WHERE ${condition}
      AND time_ns >= $2
      AND time_ns < $3
    ORDER BY time_ns, id
    LIMIT $4`,
    [ids, window.startNs, window.endNs, MAX_LINES],
    options,
  );
  return {
    data: toLines(rows),
    partial: rows.length === MAX_LINES ? [LINES_CUT] : [],
  };
}

/** The newest events of the cluster, oldest first. */
export async function clusterEvents(
  window: Window,
  options: CallOptions,
): Promise<Answer<LogLine[]>> {
  const rows = await queryRows<LineRow>(
    `
    ${SELECT_LINES}
    WHERE service = $1
      AND time_ns >= $2
      AND time_ns < $3
    ORDER BY time_ns DESC
    LIMIT $4`,
    [CLUSTER_SERVICE, window.startNs, window.endNs, MAX_CLUSTER_EVENTS],
    options,
  );
  return { data: toLines(rows.reverse()), partial: [] };
}

/**
 * The lines of one side of a line: its SQL, which takes $2 to $4 as time, id and the farthest time.
 */
const BEFORE = {
  condition: '(time_ns, id) < ($2, $3) AND time_ns >= $4',
  order: 'DESC',
  sign: -1n,
} as const;
const AFTER = {
  condition: '(time_ns, id) > ($2, $3) AND time_ns <= $4',
  order: 'ASC',
  sign: 1n,
} as const;

/** Lines of the same resource just before and just after a line. */
export async function linesAround(
  line: LogLine,
  count: number,
  options: CallOptions,
): Promise<Answer<{ before: LogLine[]; after: LogLine[] }>> {
  const [before, after] = await Promise.all([
    nearestLines(line, BEFORE, count, options),
    nearestLines(line, AFTER, count, options),
  ]);
  return { data: { before: toLines(before.reverse()), after: toLines(after) }, partial: [] };
}

/**
 * Within a minute, or within an hour where those are too few: a short range reads few partitions.
 */
async function nearestLines(
  line: LogLine,
  side: typeof BEFORE | typeof AFTER,
  count: number,
  options: CallOptions,
): Promise<LineRow[]> {
  const linesWithin = (distanceMs: number) =>
    queryRows<LineRow>(
      `
      ${SELECT_LINES}
      WHERE lines.resource_hash = $1
        AND ${side.condition}
      ORDER BY time_ns ${side.order}, id ${side.order}
      LIMIT $5`,
      [
        resourceHash(line.resource),
        line.timeNs,
        line.id,
        line.timeNs + side.sign * msToNs(distanceMs),
        count,
      ],
      options,
    );
  const close = await linesWithin(MINUTE_MS);
  return close.length < count ? linesWithin(HOUR_MS) : close;
}

function toLines(rows: readonly LineRow[]): LogLine[] {
  const parseResource = resourceParser();
  return rows.map((row) => ({
    timeNs: epochNs(row.time_ns),
    id: row.id.toString(),
    level: row.level,
    severityText: row.severity_text ?? undefined,
    body: row.body,
    service: row.service,
    traceId: (row.trace_id?.toString('hex') ?? undefined) as TraceId | undefined,
    spanId: (row.span_id?.toString('hex') ?? undefined) as SpanId | undefined,
    correlationId: row.correlation_id ?? undefined,
    attributes: JSON.parse(row.attributes) as Attributes,
    resource: parseResource(row.resource),
  }));
}
