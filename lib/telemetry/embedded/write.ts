import type { PoolClient } from 'pg';
import { writePool } from '@/lib/db/pool';
import { setInsert, type InsertColumn } from '@/lib/db/set-insert';
import { transaction } from '@/lib/db/transaction';
import type { Attributes, LogLine, Span } from '../model';
import { compareByStart, latestVersions, spanIdentity } from '../span-identity';
import { ensurePartitions, forgetPartitions } from './partitions';
import { rememberResources, resourceKey, writeResources } from './resources';
import { lineMentions, spanCorrelationId, spanMentions } from './searchable-ids';

type NewLine = Omit<LogLine, 'id'>;

const SPAN_COLUMNS: readonly InsertColumn<Span>[] = [
  { name: 'start_ns', type: 'bigint', value: (span) => span.startNs },
  { name: 'end_ns', type: 'bigint', value: (span) => span.endNs },
  column('trace_id', (span) => span.traceId, 'hex'),
  column('span_id', (span) => span.spanId, 'hex'),
  column('parent_span_id', (span) => span.parentSpanId ?? null, 'hex'),
  { name: 'span_kind', type: 'telemetry.span_kind', value: (span) => span.kind },
  { name: 'span_status', type: 'telemetry.span_status', value: (span) => span.status },
  { name: 'outcome', type: 'telemetry.span_outcome', value: (span) => span.outcome },
  { name: 'ended', type: 'boolean', value: (span) => span.ended },
  column('resource_hash', (span) => resourceKey(span.resource), 'hex'),
  column('correlation_id', spanCorrelationId),
  column('mentions', spanMentions, 'array'),
  column('service', (span) => span.service),
  column('name', (span) => span.name),
  column('detail', spanDetail),
];

const KEY_COLUMNS: readonly string[] = ['trace_id', 'span_id', 'start_ns', 'span_kind', 'service'];

/** A row is replaced only by a version that tells more of its end: `compareVersions`, in SQL. */
const INSERT_SPANS = setInsert(
  'telemetry.spans',
  SPAN_COLUMNS,
  `ON CONFLICT (${KEY_COLUMNS.join(', ')}) DO UPDATE
   SET ${SPAN_COLUMNS.map(({ name }) => name)
     .filter((name) => !KEY_COLUMNS.includes(name))
     .map((name) => `${name} = EXCLUDED.${name}`)
     .join(', ')},
     replaces_finished = coalesce(spans.ended, true) AND spans.end_ns > spans.start_ns
   WHERE (EXCLUDED.ended, EXCLUDED.end_ns, EXCLUDED.outcome)
     > (coalesce(spans.ended, true), spans.end_ns, coalesce(spans.outcome, 'good'))
   RETURNING ${KEY_COLUMNS.join(', ')}, replaces_finished`,
);

/**
 * How many rows were written, once; and which, a row each, only where that is not all of them, or
 * some were there before: the names of a batch of new spans are not worth their way.
 */
const WRITE_SPANS = `
  WITH written AS (${INSERT_SPANS.text}
  ),
  counts AS (
    SELECT count(*)::int AS stored, count(replaces_finished) AS replaced
    FROM written
  )
  SELECT
    stored,
    concat(
      encode(trace_id, 'hex'), encode(span_id, 'hex'), start_ns, ' ', span_kind, ' ', service
    ) AS identity,
    replaces_finished
  FROM counts
  LEFT JOIN written ON replaced > 0 OR stored < cardinality($1)`;

const LINE_COLUMNS: readonly InsertColumn<NewLine>[] = [
  { name: 'time_ns', type: 'bigint', value: (line) => line.timeNs },
  column('trace_id', (line) => line.traceId ?? null, 'hex'),
  column('span_id', (line) => line.spanId ?? null, 'hex'),
  { name: 'log_level', type: 'telemetry.log_level', value: (line) => line.level },
  column('severity_text', (line) => line.severityText ?? null),
  column('resource_hash', (line) => resourceKey(line.resource), 'hex'),
  column('correlation_id', (line) => line.correlationId ?? null),
  column('mentions', lineMentions, 'array'),
  column('service', (line) => line.service),
  column('body', (line) => line.body),
  column('attributes', (line) => JSON.stringify(line.attributes)),
];

const INSERT_LINES = setInsert('telemetry.logs', LINE_COLUMNS);

/** A column sent as text: stored as it is, decoded from hex, or split at spaces. */
function column<Row>(
  name: string,
  value: (row: Row) => string | null,
  sentAs: 'text' | 'hex' | 'array' = 'text',
): InsertColumn<Row> {
  const stored = {
    text: name,
    hex: `decode(${name}, 'hex')`,
    array: `string_to_array(${name}, ' ')`,
  }[sentAs];
  return { name, type: 'text', stored, value };
}

function spanDetail(span: Span): string {
  const events = span.events.map((event) => ({ ...event, timeNs: event.timeNs.toString() }));
  return JSON.stringify({
    attributes: span.attributes,
    ...(span.statusMessage ? { statusMessage: span.statusMessage } : {}),
    ...(span.scope ? { scope: span.scope } : {}),
    ...(events.length > 0 ? { events } : {}),
    ...(span.links.length > 0 ? { links: span.links } : {}),
  });
}

/** A span that was stored. */
export interface StoredSpan {
  readonly span: Span;
  /** What was there of it before. */
  readonly replaced: 'nothing' | 'unfinished' | 'finished';
}

/**
 * Stores spans in one transaction, committed before it returns. A span that is there already
 * (`spanIdentity`) is replaced by a version that tells more of its end, and else left as it is.
 * @returns the spans that were new, or took the place of an earlier version
 */
export async function writeSpans(spans: readonly Span[]): Promise<StoredSpan[]> {
  if (spans.length === 0) return [];
  // In one order, so that two writers of the same spans do not wait for each other in a circle.
  const rows = latestVersions(spans).toSorted(byTraceAndSpan);
  const written = await writeRows(
    rows.map((span) => span.startNs),
    rows.map((span) => span.resource),
    async (client) => {
      const answer = await client.query<{
        stored: number;
        identity: string;
        replaces_finished: boolean | null;
      }>(WRITE_SPANS, INSERT_SPANS.values(rows));
      return answer.rows;
    },
  );
  const isAllNew = written.length === 1 && written[0]!.stored === rows.length;
  if (isAllNew && written[0]!.replaces_finished === null)
    return rows.map((span) => ({ span, replaced: 'nothing' }));
  const byIdentity = new Map(written.map((row) => [row.identity, row.replaces_finished]));
  return rows.flatMap((span): StoredSpan[] => {
    const replacesFinished = byIdentity.get(spanIdentity(span));
    if (replacesFinished === undefined) return [];
    if (replacesFinished === null) return [{ span, replaced: 'nothing' }];
    return [{ span, replaced: replacesFinished ? 'finished' : 'unfinished' }];
  });
}

function byTraceAndSpan(a: Span, b: Span): number {
  if (a.traceId !== b.traceId) return a.traceId < b.traceId ? -1 : 1;
  if (a.spanId !== b.spanId) return a.spanId < b.spanId ? -1 : 1;
  return compareByStart(a, b);
}

/**
 * The same bytes again are a retry, and stored once. With times in them that holds for a day. Lines
 * without a time may be equal and be meant: for a second only. (SDKs and collectors, which retry,
 * give every record a time.)
 */
const RETRY_INTERVAL = { withTimes: '1 day', withoutTimes: '1 second' } as const;

/**
 * Stores one export request of log lines in one transaction, committed before it returns; a batch
 * that is there already is left alone.
 * @param batchHash hash of the request's bytes
 * @param lacksTimes some of its lines have no time of their own
 * @returns whether the batch was new
 */
export async function writeLogs(
  lines: readonly NewLine[],
  batchHash: Buffer,
  lacksTimes = false,
): Promise<boolean> {
  if (lines.length === 0) return true;
  return writeRows(
    lines.map((line) => line.timeNs),
    lines.map((line) => line.resource),
    async (client) => {
      const { rowCount } = await client.query(
        `
        INSERT INTO telemetry.log_batches AS known (hash)
        VALUES ($1)
        ON CONFLICT (hash) DO UPDATE SET received_at = now()
        WHERE known.received_at < now() - $2::interval`,
        [batchHash, lacksTimes ? RETRY_INTERVAL.withoutTimes : RETRY_INTERVAL.withTimes],
      );
      if (rowCount === 0) return false;
      await client.query(INSERT_LINES.text, INSERT_LINES.values(lines));
      return true;
    },
  );
}

/** SQLSTATE of a row that no partition takes. */
const NO_PARTITION = '23514';

async function writeRows<Result>(
  times: readonly bigint[],
  resources: readonly Attributes[],
  write: (client: PoolClient) => Promise<Result>,
  mayRetry = true,
): Promise<Result> {
  await ensurePartitions(times);
  const distinctResources = new Set(resources);
  try {
    const result = await transaction(writePool(), async (client) => {
      await writeResources(client, distinctResources);
      return write(client);
    });
    rememberResources(distinctResources);
    return result;
  } catch (error) {
    // Retention dropped the partition between `ensurePartitions` and the insert.
    if (!mayRetry || (error as { code?: string }).code !== NO_PARTITION) throw error;
    forgetPartitions();
    return writeRows(times, resources, write, false);
  }
}
