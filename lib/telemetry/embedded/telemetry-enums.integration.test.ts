import { cpSync, mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { config } from '@/lib/config/load';
import { asCorrelationId, asTraceId } from '@/lib/correlation-id/grammar';
import { migrate } from '@/lib/db/migrate';
import { readPool, writePool } from '@/lib/db/pool';
import { epochNs, HOUR_MS, msToNs } from '@/lib/time/units';
import type { LogLine, Span } from '../model';
import { ensurePartitions } from './partitions';
import { embeddedLogs, embeddedTraces } from './source';
import { writeLogs, writeSpans } from './write';

const ROOT = resolve(import.meta.dirname, '../../..');
const MIGRATION = '20261125000100_telemetry_enums';
const NOW = Date.now();
const WINDOW = { startNs: msToNs(NOW - HOUR_MS), endNs: msToNs(NOW + HOUR_MS) };
const ID = asCorrelationId('stored-before-the-enums')!;

/** The order of the arrays whose positions were stored. */
const KINDS = ['internal', 'server', 'client', 'producer', 'consumer'] as const;
const STATUSES = ['unset', 'ok', 'error'] as const;
const LEVELS = ['unknown', 'trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

const traceId = (number: number) => asTraceId(number.toString(16).padStart(32, '0'))!;

/** A root of the repository that has only the migrations of before. */
function rootOfBefore(): string {
  const root = mkdtempSync(join(tmpdir(), 'throughline-migrations-'));
  const [from, to] = [join(ROOT, 'prisma/migrations'), join(root, 'prisma/migrations')];
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from))
    if (name < MIGRATION || name.endsWith('.toml'))
      cpSync(join(from, name), join(to, name), { recursive: true });
  return root;
}

async function writeSpanOfBefore(number: number, kind: number, status: number): Promise<void> {
  await writePool().query(
    `
    INSERT INTO telemetry.spans
      (start_ns, end_ns, trace_id, span_id, kind, status, resource_hash, correlation_id, service, name, detail)
    VALUES ($1, $2, decode($3, 'hex'), decode($4, 'hex'), $5, $6, '', $7, 'shop', 'work', '{"attributes":{}}')`,
    [
      msToNs(NOW) + BigInt(number),
      msToNs(NOW) + 1_000n,
      traceId(number),
      number.toString(16).padStart(16, '0'),
      kind,
      status,
      `request-${number}`,
    ],
  );
}

async function writeLineOfBefore(level: number): Promise<void> {
  await writePool().query(
    `
    INSERT INTO telemetry.logs
      (time_ns, level, resource_hash, correlation_id, service, body, attributes)
    VALUES ($1, $2, '', $3, 'shop', 'a line', '{}')`,
    [msToNs(NOW) + BigInt(level), level, ID],
  );
}

beforeAll(async () => {
  const server = new pg.Client({ connectionString: inject('databaseUrl') });
  await server.connect();
  await server.query('DROP DATABASE IF EXISTS before_the_enums');
  await server.query('CREATE DATABASE before_the_enums');
  await server.end();
  const url = new URL(inject('databaseUrl'));
  url.pathname = '/before_the_enums';
  Object.assign(process.env, {
    DATABASE_URL: url.href,
    HOSTNAME: '127.0.0.1',
    LOG_LEVEL: 'silent',
  });
  config.reset();

  await migrate(url.href, rootOfBefore());
  await ensurePartitions([msToNs(NOW)]);
  for (const kind of KINDS.keys()) await writeSpanOfBefore(1 + kind, kind, 0);
  for (const status of STATUSES.keys()) await writeSpanOfBefore(11 + status, 1, status);
  for (const level of LEVELS.keys()) await writeLineOfBefore(level);
  expect(await migrate(url.href, ROOT)).toContain(MIGRATION);
});
afterAll(async () => {
  await Promise.all([readPool().end(), writePool().end()]);
});

test('spans stored before the enums keep their kind and status', async () => {
  const spans = await Promise.all(
    [1, 2, 3, 4, 5, 11, 12, 13].map(async (number) => {
      const { data } = await embeddedTraces.fetch(traceId(number), {});
      return data[0]!;
    }),
  );
  expect(spans.slice(0, 5).map((span) => span.kind)).toEqual(KINDS);
  expect(spans.slice(5).map((span) => span.status)).toEqual(STATUSES);
});

test('lines stored before the enums keep their level', async () => {
  const { data } = await embeddedLogs.byCorrelationId(ID, WINDOW, {});
  expect(data.map((line) => line.level)).toEqual(LEVELS);
});

test('requests stored before the enums are found by their state, those of after beside them', async () => {
  const base: Span = {
    traceId: traceId(21),
    spanId: '0000000000000021' as Span['spanId'],
    parentSpanId: undefined,
    name: 'work',
    kind: 'server',
    startNs: msToNs(NOW),
    endNs: msToNs(NOW + 1),
    ended: true,
    status: 'error',
    outcome: 'failed',
    statusMessage: '',
    service: 'shop',
    attributes: {},
    resource: {},
    scope: '',
    events: [],
    links: [],
  };
  await writeSpans([base, { ...base, traceId: traceId(22), status: 'ok', outcome: 'good' }]);
  const found = async (state: 'failed' | 'succeeded') => {
    const { data } = await embeddedTraces.recent({ state, window: WINDOW, limit: 50 }, {});
    return data.roots.map((root) => root.traceId).toSorted();
  };
  expect(await found('failed')).toEqual([traceId(13), traceId(21)]);
  // The internal one (1) is nobody's request.
  expect(await found('succeeded')).toEqual([2, 3, 4, 5, 11, 12, 22].map(traceId));
});

test('what is stored now is the word itself', async () => {
  const line: Omit<LogLine, 'id'> = {
    timeNs: epochNs(msToNs(NOW) + 100n),
    level: 'warn',
    body: 'a line of after',
    service: 'shop',
    traceId: undefined,
    spanId: undefined,
    correlationId: undefined,
    attributes: {},
    resource: {},
  };
  await writeLogs([line], Buffer.from('a batch'));
  const { rows } = await readPool().query(`
    SELECT log_level::text, level
    FROM telemetry.logs
    WHERE body = 'a line of after'`);
  expect(rows).toEqual([{ log_level: 'warn', level: null }]);
});

test('a row without a kind is refused', async () => {
  await expect(
    writePool().query('UPDATE telemetry.spans SET span_kind = NULL, kind = NULL'),
  ).rejects.toMatchObject({ constraint: 'spans_have_a_kind' });
});
