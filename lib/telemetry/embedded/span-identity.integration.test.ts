import { cpSync, mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { config } from '@/lib/config/load';
import { asSpanId, asTraceId } from '@/lib/correlation-id/grammar';
import { migrate } from '@/lib/db/migrate';
import { readPool, writePool } from '@/lib/db/pool';
import { metrics } from '@/lib/observability/metrics';
import { epochNs, msToNs } from '@/lib/time/units';
import type { Span } from '../model';
import { compareVersions, spanIdentity } from '../span-identity';
import { ensurePartitions } from './partitions';
import { countSpans } from './span-metrics';
import { embeddedTraces } from './source';
import { writeSpans } from './write';

const ROOT = resolve(import.meta.dirname, '../../..');
const MIGRATION = '20261125001000_span_identity';
const NOW = Date.now();
const TRACE_OF_BEFORE = asTraceId('1')!;

let lastTrace = 100;
const newTrace = () => asTraceId((lastTrace += 1).toString(16))!;

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

/** A row as the version of before wrote it; without kind as the one before the enums did. */
const writeSpanOfBefore = (number: number, kind: string | null) =>
  writePool().query(
    `
    INSERT INTO telemetry.spans
      (start_ns, end_ns, trace_id, span_id, span_kind, kind, status, resource_hash, service, name, detail)
    VALUES ($1, $1, decode($2, 'hex'), decode($3, 'hex'), $4, 0, 0, '', 'shop', 'work', '{"attributes":{}}')`,
    [msToNs(NOW), TRACE_OF_BEFORE, number.toString(16).padStart(16, '0'), kind],
  );

function span(more: Partial<Span>): Span {
  return {
    traceId: TRACE_OF_BEFORE,
    spanId: asSpanId('1')!,
    parentSpanId: undefined,
    name: 'work',
    kind: 'server',
    startNs: msToNs(NOW),
    endNs: epochNs(msToNs(NOW) + 4_000_000n),
    ended: true,
    status: 'unset',
    outcome: 'good',
    statusMessage: '',
    service: 'shop',
    attributes: {},
    resource: {},
    scope: '',
    events: [],
    links: [],
    ...more,
  };
}

const read = async (traceId: Span['traceId']) => (await embeddedTraces.fetch(traceId, {})).data;

beforeAll(async () => {
  const server = new pg.Client({ connectionString: inject('databaseUrl') });
  await server.connect();
  await server.query('DROP DATABASE IF EXISTS before_the_identity');
  await server.query('CREATE DATABASE before_the_identity');
  await server.end();
  const url = new URL(inject('databaseUrl'));
  url.pathname = '/before_the_identity';
  Object.assign(process.env, {
    DATABASE_URL: url.href,
    HOSTNAME: '127.0.0.1',
    LOG_LEVEL: 'silent',
  });
  config.reset();

  await migrate(url.href, rootOfBefore());
  await ensurePartitions([msToNs(NOW)]);
  await writeSpanOfBefore(1, 'server');
  await writeSpanOfBefore(2, null);
  expect(await migrate(url.href, ROOT)).toContain(MIGRATION);
});
afterAll(async () => {
  await Promise.all([readPool().end(), writePool().end()]);
});

test('spans stored before the key had kind and service are read, and replaced when they end', async () => {
  expect((await read(TRACE_OF_BEFORE)).map(({ kind }) => kind)).toEqual(['server', 'internal']);
  const [written] = await writeSpans([span({ status: 'error', outcome: 'failed' })]);
  expect(written!.replaced).toBe('unfinished');
  expect((await read(TRACE_OF_BEFORE)).map(({ outcome }) => outcome).toSorted()).toEqual([
    'failed',
    'good',
  ]);
});

test('spans of one id that differ in kind or service are both kept, in one start too', async () => {
  const traceId = newTrace();
  const shared = [
    span({ traceId, kind: 'client', service: 'gateway' }),
    span({ traceId, service: 'orders' }),
    span({ traceId, service: 'ratings' }),
    span({ traceId, service: 'ratings', startNs: epochNs(msToNs(NOW) + 1n) }),
  ];
  const written = await writeSpans(shared);
  expect(written.map(({ replaced }) => replaced)).toEqual(new Array(4).fill('nothing'));
  expect(await writeSpans(shared)).toEqual([]);
  expect((await read(traceId)).map(spanIdentity).toSorted()).toEqual(
    shared.map(spanIdentity).toSorted(),
  );
});

test('whatever versions are sent, in whatever batches: each span is there once, as it ended', async () => {
  const versions = fc
    .record({
      id: fc.constantFrom('1', '2'),
      kind: fc.constantFrom('client' as const, 'server' as const),
      service: fc.constantFrom('reviews', 'ratings'),
      start: fc.bigInt(0n, 1n),
      length: fc.bigInt(0n, 2n),
      ended: fc.boolean(),
      outcome: fc.constantFrom('good' as const, 'exception' as const, 'failed' as const),
    })
    .map(({ id, start, length, ...fields }) =>
      span({
        ...fields,
        spanId: asSpanId(id)!,
        startNs: epochNs(msToNs(NOW) + start),
        endNs: epochNs(msToNs(NOW) + start + length),
      }),
    );
  const describe = (each: Span) =>
    `${spanIdentity(each)} ${each.endNs} ${each.ended} ${each.outcome}`;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(versions, { maxLength: 8 }), { maxLength: 5 }),
      async (batches) => {
        const traceId = newTrace();
        const sent = batches.map((batch) => batch.map((each) => ({ ...each, traceId })));
        const counts = { nothing: 0, unfinished: 0, finished: 0 };
        for (const batch of sent)
          for (const { replaced } of await writeSpans(batch)) counts[replaced] += 1;
        for (const batch of sent) expect(await writeSpans(batch)).toEqual([]);
        const right = [...Map.groupBy(sent.flat(), spanIdentity).values()].map((each) =>
          each.toSorted(compareVersions).at(-1)!,
        );
        expect((await read(traceId)).map(describe).toSorted()).toEqual(
          right.map(describe).toSorted(),
        );
        expect(counts.nothing).toBe(right.length);
      },
    ),
    { numRuns: 40 },
  );
});

test('a span that is sent at its start and at its end is stored as it ended, and counted once', async () => {
  const traceId = newTrace();
  const open = span({ traceId, name: 'nightly', endNs: msToNs(NOW) });
  const finished = span({ ...open, endNs: epochNs(msToNs(NOW) + 9n), outcome: 'failed' });
  for (const batch of [[open], [finished], [open], [finished]]) countSpans(await writeSpans(batch));
  expect(await read(traceId)).toMatchObject([{ endNs: finished.endNs, outcome: 'failed' }]);
  const counted = (await metrics().registry.metrics())
    .split('\n')
    .filter((line) => line.startsWith('traces_spanmetrics_calls_total') && /nightly/.test(line));
  expect(counted).toEqual([expect.stringMatching(/STATUS_CODE_ERROR"\} 1$/)]);
});

test('client and server that share an id make an edge of the service graph, in either order', async () => {
  for (const [index, kinds] of [
    ['client', 'server'],
    ['server', 'client'],
  ].entries()) {
    const traceId = newTrace();
    for (const kind of kinds as Span['kind'][])
      countSpans(
        await writeSpans([
          span({
            traceId,
            kind,
            parentSpanId: asSpanId('f')!,
            service: kind === 'client' ? 'sharing gateway' : 'sharing orders',
          }),
        ]),
      );
    expect(await metrics().registry.metrics()).toMatch(
      new RegExp(
        `traces_service_graph_request_total\\{client="sharing gateway",server="sharing orders",connection_type=""\\} ${index + 1}`,
      ),
    );
  }
});
