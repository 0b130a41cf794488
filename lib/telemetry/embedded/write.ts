import { createHash } from 'node:crypto';
import type { PoolClient } from 'pg';
import { config } from '@/lib/config/load';
import { writePool } from '@/lib/db/pool';
import { transaction } from '@/lib/db/transaction';
import { CORRELATION_ATTRIBUTE, asCorrelationId } from '@/lib/correlation-id/grammar';
import { idsInLine } from '@/lib/correlation-id/resolve';
import type { Attributes, LogLevel, LogLine, Span, SpanKind, SpanStatus } from '../model';
import { ensurePartitions, forgetPartitions } from './partitions';

export const KINDS: readonly SpanKind[] = ['internal', 'server', 'client', 'producer', 'consumer'];
export const STATUSES: readonly SpanStatus[] = ['unset', 'ok', 'error'];
export const LEVELS: readonly LogLevel[] = [
  'unknown',
  'trace',
  'debug',
  'info',
  'warn',
  'error',
  'fatal',
];

/** Resources seen by this process: written once, not with every batch. Bounded; forgetting costs one more `ON CONFLICT`. */
const writtenResources = new Set<string>();
const MAX_REMEMBERED = 20_000;
const resourceHashes = new WeakMap<Attributes, Buffer>();

/** What a resource is known by in the store. */
export function resourceHash(resource: Attributes): Buffer {
  let hash = resourceHashes.get(resource);
  if (!hash) {
    hash = createHash('sha256').update(JSON.stringify(resource)).digest().subarray(0, 16);
    resourceHashes.set(resource, hash);
  }
  return hash;
}

async function writeResources(client: PoolClient, resources: Iterable<Attributes>): Promise<void> {
  const missing = new Map<string, Attributes>();
  for (const resource of resources) {
    const key = resourceHash(resource).toString('hex');
    if (!writtenResources.has(key)) missing.set(key, resource);
  }
  if (missing.size === 0) return;
  await client.query(
    `INSERT INTO telemetry.resources SELECT decode(hash, 'hex'), attributes FROM unnest($1::text[], $2::text[]) AS r(hash, attributes) ORDER BY hash ON CONFLICT DO NOTHING`,
    [[...missing.keys()], [...missing.values()].map((resource) => JSON.stringify(resource))],
  );
}

function rememberResources(resources: Iterable<Attributes>): void {
  if (writtenResources.size > MAX_REMEMBERED) writtenResources.clear();
  for (const resource of resources) writtenResources.add(resourceHash(resource).toString('hex'));
}

/**
 * Stores spans in one transaction, committed before it returns; a span that is there already (same trace, span and start) is left as it is.
 * @returns the spans that were new.
 */
export async function writeSpans(spans: readonly Span[]): Promise<Span[]> {
  if (spans.length === 0) return [];
  const correlationIds = spans.map((span) => {
    const id = span.attributes[CORRELATION_ATTRIBUTE] ?? span.resource[CORRELATION_ATTRIBUTE];
    return typeof id === 'string' ? (asCorrelationId(id) ?? null) : null;
  });
  const inserted = await inTransaction(
    spans.map((span) => span.startNs),
    spans.map((span) => span.resource),
    async (client) => {
      const { rows } = await client.query<{ key: string }>(
        `INSERT INTO telemetry.spans (start_ns, end_ns, trace_id, span_id, parent_span_id, kind, status, resource_hash, correlation_id, mentions, service, name, detail)
       SELECT start_ns, end_ns, decode(trace_id, 'hex'), decode(span_id, 'hex'), decode(parent_span_id, 'hex'), kind, status, decode(resource_hash, 'hex'), correlation_id, string_to_array(mentions, ' '), service, name, detail
         FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::smallint[], $7::smallint[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[])
           AS s(start_ns, end_ns, trace_id, span_id, parent_span_id, kind, status, resource_hash, correlation_id, mentions, service, name, detail)
       ON CONFLICT DO NOTHING
       RETURNING encode(trace_id, 'hex') || encode(span_id, 'hex') || start_ns AS key`,
        [
          spans.map((span) => span.startNs),
          spans.map((span) => span.endNs),
          spans.map((span) => span.traceId),
          spans.map((span) => span.spanId),
          spans.map((span) => span.parentSpanId ?? null),
          spans.map((span) => KINDS.indexOf(span.kind)),
          spans.map((span) => STATUSES.indexOf(span.status)),
          spans.map((span) => resourceHash(span.resource).toString('hex')),
          correlationIds,
          spans.map((span, index) =>
            joined(lookupIds(span.attributes).filter((id) => id !== correlationIds[index])),
          ),
          spans.map((span) => span.service),
          spans.map((span) => span.name),
          spans.map(detailOf),
        ],
      );
      return new Set(rows.map((row) => row.key));
    },
  );
  // Taken out of the set as it is met, so that a span that stands twice in one batch counts once.
  return spans.filter((span) => inserted.delete(`${span.traceId}${span.spanId}${span.startNs}`));
}

function detailOf(span: Span): string {
  return JSON.stringify({
    attributes: span.attributes,
    ...(span.statusMessage ? { statusMessage: span.statusMessage } : {}),
    ...(span.scope ? { scope: span.scope } : {}),
    ...(span.events.length
      ? { events: span.events.map((event) => ({ ...event, timeNs: event.timeNs.toString() })) }
      : {}),
    ...(span.links.length ? { links: span.links } : {}),
  });
}

/**
 * Stores one export request of log lines in one transaction, committed before it returns. `batch` is what makes a retry of the same
 * request recognisable (a hash of its bytes): a batch that is there already is left alone.
 * @returns whether the batch was new.
 */
export async function writeLogs(
  lines: readonly Omit<LogLine, 'id'>[],
  batch: Buffer,
): Promise<boolean> {
  if (lines.length === 0) return true;
  return inTransaction(
    lines.map((line) => line.timeNs),
    lines.map((line) => line.resource),
    async (client) => {
      const { rowCount } = await client.query(
        'INSERT INTO telemetry.log_batches (hash) VALUES ($1) ON CONFLICT DO NOTHING',
        [batch],
      );
      if (rowCount === 0) return false;
      await client.query(
        `INSERT INTO telemetry.logs (time_ns, trace_id, span_id, level, resource_hash, correlation_id, mentions, service, body, attributes)
       SELECT time_ns, decode(trace_id, 'hex'), decode(span_id, 'hex'), level, decode(resource_hash, 'hex'), correlation_id,
              string_to_array(mentions, ' '), service, body, attributes
         FROM unnest($1::bigint[], $2::text[], $3::text[], $4::smallint[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[])
           WITH ORDINALITY AS l(time_ns, trace_id, span_id, level, resource_hash, correlation_id, mentions, service, body, attributes, position)
        ORDER BY position`,
        [
          lines.map((line) => line.timeNs),
          lines.map((line) => line.traceId ?? null),
          lines.map((line) => line.spanId ?? null),
          lines.map((line) => LEVELS.indexOf(line.level)),
          lines.map((line) => resourceHash(line.resource).toString('hex')),
          lines.map((line) => line.correlationId ?? null),
          lines.map(mentionsOf),
          lines.map((line) => line.service),
          lines.map((line) => line.body),
          lines.map((line) => JSON.stringify(line.attributes)),
        ],
      );
      return true;
    },
  );
}

/** Ids in the text of a line, found once at intake as a line filter would find them, and those in its lookup attributes. */
const mentionsOf = (line: Omit<LogLine, 'id'>): string | null =>
  joined(
    [...idsInLine(line.body), ...lookupIds(line.attributes)].filter(
      (id) => id !== line.correlationId,
    ),
  );

/** The values of the configured lookup attributes that are ids by the grammar. */
function lookupIds(attributes: Attributes): string[] {
  return config().LOOKUP_ATTRIBUTES.flatMap((name) => {
    const value = attributes[name];
    return (typeof value === 'string' || typeof value === 'number') &&
      asCorrelationId(String(value))
      ? [String(value)]
      : [];
  });
}

/** Ids hold no space. */
const joined = (ids: readonly string[]): string | null =>
  ids.length ? [...new Set(ids)].join(' ') : null;

async function inTransaction<Result>(
  times: readonly bigint[],
  resources: readonly Attributes[],
  work: (client: PoolClient) => Promise<Result>,
  retry = true,
): Promise<Result> {
  await ensurePartitions(times);
  const unique = new Set(resources);
  try {
    const result = await transaction(writePool(), async (client) => {
      await writeResources(client, unique);
      return work(client);
    });
    rememberResources(unique);
    return result;
  } catch (error) {
    // 23514: no partition for the row; retention dropped it between our look and the write.
    if (!retry || (error as { code?: string }).code !== '23514') throw error;
    forgetPartitions();
    return inTransaction(times, resources, work, false);
  }
}
