import { config } from '@/lib/config/load';
import type { CorrelationId, SpanId, TraceId } from '@/lib/correlation-id/grammar';
import { OutboundError } from '@/lib/http/outbound';
import { readPool } from '@/lib/db/pool';
import { epochNs, HOUR_MS, MINUTE_MS, msToNs, type Window } from '@/lib/time/units';
import type {
  Answer,
  Attributes,
  CallOptions,
  LogLine,
  RecentQuery,
  RootSummary,
  Span,
  SpanEvent,
  SpanLink,
  SpanFilter,
  TraceHit,
} from '../model';
import { CLUSTER_SERVICE } from '../cluster-events';
import { culpritOfErrors } from '../culprit';
import { KINDS, LEVELS, resourceHash, STATUSES } from './write';

export const MAX_TRACES = 500;
export const MAX_SPANS = 200_000;
export const MAX_LINES = 20_000;
const MAX_EVENTS = 1_000;

interface SpanRow {
  start_ns: bigint;
  end_ns: bigint;
  trace_id: Buffer;
  span_id: Buffer;
  parent_span_id: Buffer | null;
  kind: number;
  status: number;
  service: string;
  name: string;
  detail: string;
  resource: string | null;
}

interface LogRow {
  time_ns: bigint;
  id: bigint;
  trace_id: Buffer | null;
  span_id: Buffer | null;
  level: number;
  correlation_id: CorrelationId | null;
  service: string;
  body: string;
  attributes: string;
  resource: string | null;
}

/** Runs one read; the ways Postgres can fail become the failures of a source. */
export async function ask<Row extends object>(
  sql: string,
  values: unknown[],
  { signal }: CallOptions,
): Promise<Row[]> {
  if (signal?.aborted) throw new OutboundError('cancelled', 'stopped waiting');
  const stopped = new Promise<never>((_, reject) => {
    signal?.addEventListener(
      'abort',
      () =>
        reject(
          new OutboundError(
            (signal.reason as Error)?.name === 'TimeoutError' ? 'timeout' : 'cancelled',
            'stopped waiting',
          ),
        ),
      { once: true },
    );
  });
  try {
    return (await Promise.race([readPool().query<Row>(sql, values), stopped])).rows;
  } catch (error) {
    if (error instanceof OutboundError) throw error;
    const code = (error as { code?: string }).code;
    if (code?.startsWith('22'))
      throw new OutboundError('bad_query', 'the database does not accept the values asked for');
    if (code === '57014') throw new OutboundError('timeout', 'the database did not answer in time');
    throw new OutboundError('unavailable', 'the database does not answer');
  }
}

const SPAN_COLUMNS = `start_ns, end_ns, trace_id, span_id, parent_span_id, kind, status, service, name, detail, r.attributes AS resource`;

/** The newest traces that carry the id, with all their spans. */
export async function findTraces(
  id: CorrelationId,
  window: Window,
  options: CallOptions,
): Promise<Answer<TraceHit[]>> {
  const carries = config().LOOKUP_ATTRIBUTES.length
    ? '(correlation_id = $1 OR mentions @> ARRAY[$1::text])'
    : 'correlation_id = $1';
  // LATERAL: trace by trace over the key, whatever the planner thinks of how many there are.
  const rows = await ask<SpanRow>(
    `WITH hits AS (SELECT trace_id AS hit, min(start_ns) FROM telemetry.spans WHERE ${carries} AND start_ns >= $2 AND start_ns < $3 GROUP BY trace_id ORDER BY 2 DESC LIMIT $4)
     SELECT ${SPAN_COLUMNS} FROM hits CROSS JOIN LATERAL (SELECT * FROM telemetry.spans WHERE trace_id = hit ORDER BY start_ns LIMIT $5) s LEFT JOIN telemetry.resources r ON r.hash = resource_hash LIMIT $5`,
    [id, window.startNs, window.endNs, MAX_TRACES, MAX_SPANS],
    options,
  );
  const traces = new Map<TraceId, Span[]>();
  for (const span of spansOf(rows)) {
    const trace = traces.get(span.traceId);
    if (trace) trace.push(span);
    else traces.set(span.traceId, [span]);
  }
  const hits = [...traces].map(([traceId, spans]): TraceHit => ({ traceId, spans }));
  return {
    data: hits,
    partial: [
      ...(hits.length === MAX_TRACES ? [`only the newest ${MAX_TRACES} traces were read`] : []),
      ...(rows.length === MAX_SPANS ? [TOO_MANY] : []),
    ],
  };
}

const TOO_MANY = `only the first ${MAX_SPANS} spans were read`;

export async function readTrace(traceId: TraceId, options: CallOptions): Promise<Answer<Span[]>> {
  const rows = await ask<SpanRow>(
    `SELECT ${SPAN_COLUMNS} FROM telemetry.spans LEFT JOIN telemetry.resources r ON r.hash = resource_hash WHERE trace_id = decode($1, 'hex') ORDER BY start_ns LIMIT $2`,
    [traceId, MAX_SPANS],
    options,
  );
  return { data: spansOf(rows), partial: rows.length === MAX_SPANS ? [TOO_MANY] : [] };
}

function spansOf(rows: readonly SpanRow[]): Span[] {
  const resources = new Map<string, Attributes>();
  return rows.map((row) => spanOf(row, resources));
}

function spanOf(row: SpanRow, resources: Map<string, Attributes>): Span {
  const detail = JSON.parse(row.detail) as {
    attributes: Attributes;
    statusMessage?: string;
    scope?: string;
    events?: { timeNs: string; name: string; attributes: Attributes }[];
    links?: SpanLink[];
  };
  return {
    traceId: row.trace_id.toString('hex') as TraceId,
    spanId: row.span_id.toString('hex') as SpanId,
    parentSpanId: row.parent_span_id ? (row.parent_span_id.toString('hex') as SpanId) : undefined,
    name: row.name,
    kind: KINDS[row.kind] ?? 'internal',
    startNs: epochNs(row.start_ns),
    endNs: epochNs(row.end_ns),
    status: STATUSES[row.status] ?? 'unset',
    statusMessage: detail.statusMessage ?? '',
    service: row.service,
    attributes: detail.attributes,
    resource: parsedOnce(row.resource, resources),
    scope: detail.scope ?? '',
    events: (detail.events ?? []).map((event): SpanEvent => ({
      ...event,
      timeNs: epochNs(BigInt(event.timeNs)),
    })),
    links: detail.links ?? [],
  };
}

/** Thousands of rows share a handful of resources: each text is parsed once. */
function parsedOnce(text: string | null, parsed: Map<string, Attributes>): Attributes {
  if (!text) return {};
  let resource = parsed.get(text);
  if (!resource) parsed.set(text, (resource = JSON.parse(text) as Attributes));
  return resource;
}

const LOG_COLUMNS = `time_ns, id, trace_id, span_id, level, correlation_id, service, body, l.attributes, r.attributes AS resource`;

export async function readLogs(
  where: 'id' | 'trace',
  values: readonly string[],
  window: Window,
  options: CallOptions,
): Promise<Answer<LogLine[]>> {
  const condition =
    where === 'id'
      ? `(correlation_id = ANY($1) OR mentions && $1)`
      : `trace_id IN (SELECT decode(id, 'hex') FROM unnest($1) AS t(id))`;
  const rows = await ask<LogRow>(
    `SELECT ${LOG_COLUMNS} FROM telemetry.logs l LEFT JOIN telemetry.resources r ON r.hash = l.resource_hash
      WHERE ${condition.replaceAll('$1', '$1::text[]')} AND time_ns >= $2 AND time_ns < $3 ORDER BY time_ns, id LIMIT $4`,
    [values, window.startNs, window.endNs, MAX_LINES],
    options,
  );
  return {
    data: linesOf(rows),
    partial: rows.length === MAX_LINES ? [`only the first ${MAX_LINES} lines were read`] : [],
  };
}

/** The newest events of the cluster. */
export async function clusterEvents(
  window: Window,
  options: CallOptions,
): Promise<Answer<LogLine[]>> {
  const rows = await ask<LogRow>(
    `SELECT ${LOG_COLUMNS} FROM telemetry.logs l LEFT JOIN telemetry.resources r ON r.hash = l.resource_hash
      WHERE service = $1 AND time_ns >= $2 AND time_ns < $3 ORDER BY time_ns DESC LIMIT $4`,
    [CLUSTER_SERVICE, window.startNs, window.endNs, MAX_EVENTS],
    options,
  );
  return { data: linesOf(rows.reverse()), partial: [] };
}

function linesOf(rows: readonly LogRow[]): LogLine[] {
  const resources = new Map<string, Attributes>();
  return rows.map((row) => ({
    timeNs: epochNs(row.time_ns),
    id: row.id.toString(),
    level: LEVELS[row.level] ?? 'unknown',
    body: row.body,
    service: row.service,
    traceId: row.trace_id ? (row.trace_id.toString('hex') as TraceId) : undefined,
    spanId: row.span_id ? (row.span_id.toString('hex') as SpanId) : undefined,
    correlationId: row.correlation_id ?? undefined,
    attributes: JSON.parse(row.attributes) as Attributes,
    resource: parsedOnce(row.resource, resources),
  }));
}

/** Lines of the same resource: within a minute to both sides, within an hour where those are too few. */
export async function readAround(
  line: LogLine,
  count: number,
  options: CallOptions,
): Promise<Answer<{ before: LogLine[]; after: LogLine[] }>> {
  const side = (beyond: string, order: 'DESC' | 'ASC', edge: bigint) =>
    ask<LogRow>(
      `SELECT ${LOG_COLUMNS} FROM telemetry.logs l LEFT JOIN telemetry.resources r ON r.hash = l.resource_hash
        WHERE l.resource_hash = $1 AND ${beyond} ORDER BY time_ns ${order}, id ${order} LIMIT $5`,
      [resourceHash(line.resource), line.timeNs, line.id, edge, count],
      options,
    );
  const near = async (beyond: string, order: 'DESC' | 'ASC', edge: (reachNs: bigint) => bigint) => {
    const found = await side(beyond, order, edge(msToNs(MINUTE_MS)));
    return found.length < count ? side(beyond, order, edge(msToNs(HOUR_MS))) : found;
  };
  const [before, after] = await Promise.all([
    near('(time_ns, id) < ($2, $3) AND time_ns >= $4', 'DESC', (reach) => line.timeNs - reach),
    near('(time_ns, id) > ($2, $3) AND time_ns <= $4', 'ASC', (reach) => line.timeNs + reach),
  ]);
  return { data: { before: linesOf(before.reverse()), after: linesOf(after) }, partial: [] };
}

/** Slow: over three times the median of the same operation in the window, where at least 20 are known. */
const RECENT_CONDITION = {
  all: 'true',
  failed: 'status = 2',
  succeeded: 'status <> 2',
  slow: 'status <> 2 AND known >= 20 AND end_ns - start_ns > 3 * median',
} as const;

export async function recentRoots(
  query: RecentQuery,
  options: CallOptions,
): Promise<Answer<{ roots: RootSummary[]; total: number | undefined }>> {
  const { startNs, endNs } = query.window;
  const statistics =
    query.state === 'slow'
      ? `JOIN (SELECT service, name, percentile_cont(0.5) WITHIN GROUP (ORDER BY end_ns - start_ns) AS median, count(*) AS known FROM roots GROUP BY 1, 2) m USING (service, name)`
      : '';
  const touching = touchingCondition(query.touching, 5);
  const rows = await ask<SpanRow & { correlation_id: CorrelationId | null; total: bigint }>(
    `WITH roots AS MATERIALIZED (
       SELECT * FROM telemetry.spans WHERE parent_span_id IS NULL AND kind <> 0 AND start_ns >= $1 AND start_ns < $2 AND ($3::text IS NULL OR service = $3)
     )
     SELECT *, (SELECT count(DISTINCT coalesce(correlation_id, encode(trace_id, 'hex'))) FROM roots) AS total FROM roots ${statistics} WHERE ${RECENT_CONDITION[query.state]} ${touching.sql} ORDER BY ${query.order === 'slowest' ? 'end_ns - start_ns' : 'start_ns'} DESC LIMIT $4`,
    [startNs, endNs, query.service ?? null, query.limit, ...touching.values],
    options,
  );
  const failures =
    query.state === 'slow'
      ? []
      : await errorSpans(
          rows.filter((row) => row.status === 2).map((row) => row.trace_id),
          options,
        );
  const total =
    rows[0]?.total ??
    (
      await ask<{ total: bigint }>(
        `SELECT count(DISTINCT coalesce(correlation_id, encode(trace_id, 'hex'))) AS total FROM telemetry.spans WHERE parent_span_id IS NULL AND kind <> 0 AND start_ns >= $1 AND start_ns < $2 AND ($3::text IS NULL OR service = $3)`,
        [startNs, endNs, query.service ?? null],
        options,
      )
    )[0]!.total;
  const byTrace = new Map<string, Span[]>();
  for (const span of failures)
    byTrace.set(span.traceId, [...(byTrace.get(span.traceId) ?? []), span]);
  const roots = rows.map((row): RootSummary => {
    const span = spanOf({ ...row, resource: null }, new Map());
    const status = span.attributes['http.response.status_code'];
    return {
      traceId: span.traceId,
      correlationId: row.correlation_id ?? undefined,
      service: span.service,
      name: span.name,
      startNs: span.startNs,
      durationNs: span.endNs - span.startNs,
      failed: span.status === 'error',
      status: typeof status === 'number' ? String(status) : span.statusMessage,
      culprit: culpritOfErrors(byTrace.get(span.traceId) ?? []),
    };
  });
  return { data: { roots, total: Number(total) }, partial: [] };
}

/** That a root's trace has such a span, as SQL whose values begin at `$first`. */
function touchingCondition(
  touching: SpanFilter | undefined,
  first: number,
): { readonly sql: string; readonly values: unknown[] } {
  const { service, operation, failed, attributes = {}, podLike } = touching ?? {};
  const resource = Object.entries({
    'k8s.pod.name': touching?.pod,
    'k8s.node.name': touching?.node,
    'k8s.namespace.name': touching?.namespace,
  }).filter(([, value]) => value !== undefined);
  const conditions: string[] = [];
  const values: unknown[] = [];
  const add = (value: unknown, condition: (place: string) => string) => {
    values.push(value);
    conditions.push(condition(`$${first + values.length - 1}`));
  };
  if (service !== undefined) add(service, (place) => `f.service = ${place}`);
  if (operation !== undefined) add(operation, (place) => `f.name = ${place}`);
  if (failed) conditions.push('f.status = 2');
  if (resource.length)
    add(
      JSON.stringify(Object.fromEntries(resource)),
      (place) =>
        `f.resource_hash IN (SELECT hash FROM telemetry.resources WHERE attributes::jsonb @> ${place}::jsonb)`,
    );
  if (podLike !== undefined)
    add(
      `^(?:${podLike})$`,
      (place) =>
        `f.resource_hash IN (SELECT hash FROM telemetry.resources WHERE attributes::jsonb ->> 'k8s.pod.name' ~ ${place})`,
    );
  // The text of a detail is what JSON.stringify makes: a name, a colon, its value.
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined)
      add(
        name,
        (place) =>
          `(strpos(f.detail, to_json(${place}::text)::text || ':') > 0 OR f.resource_hash IN (SELECT hash FROM telemetry.resources WHERE attributes::jsonb ? ${place}))`,
      );
    else
      add(
        JSON.stringify({ [name]: value }),
        (place) =>
          `(strpos(f.detail, btrim(${place}, '{}')) > 0 OR f.resource_hash IN (SELECT hash FROM telemetry.resources WHERE attributes::jsonb @> ${place}::jsonb))`,
      );
  }
  return conditions.length
    ? {
        sql: `AND EXISTS (SELECT 1 FROM telemetry.spans f WHERE f.trace_id = roots.trace_id AND ${conditions.join(' AND ')})`,
        values,
      }
    : { sql: '', values };
}

async function errorSpans(traceIds: readonly Buffer[], options: CallOptions): Promise<Span[]> {
  if (traceIds.length === 0) return [];
  const rows = await ask<SpanRow>(
    `SELECT start_ns, end_ns, trace_id, span_id, parent_span_id, kind, status, service, name, detail, NULL AS resource
       FROM telemetry.spans WHERE trace_id = ANY($1::bytea[]) AND status = 2 LIMIT 5000`,
    [traceIds],
    options,
  );
  return rows.map((row) => spanOf(row, new Map()));
}

export async function traceOfSpan(
  spanId: SpanId,
  window: Window,
  options: CallOptions,
): Promise<TraceId | undefined> {
  const rows = await ask<{ trace_id: Buffer }>(
    `SELECT trace_id FROM telemetry.spans WHERE span_id = decode($1, 'hex') AND start_ns >= $2 AND start_ns < $3 LIMIT 1`,
    [spanId, window.startNs, window.endNs],
    options,
  );
  return rows[0]?.trace_id.toString('hex') as TraceId | undefined;
}
