import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { asCorrelationId, asSearchId, asSpanId, asTraceId } from '@/lib/correlation-id/grammar';
import { config } from '@/lib/config/load';
import { readPool, writePool } from '@/lib/db/pool';
import { metrics } from '@/lib/observability/metrics';
import { HOUR_MS, msToNs } from '@/lib/time/units';
import type { SpanFilter } from '../model';
import { encodeSpans } from '../otlp/encode';
import { LogsRequest, TraceRequest } from '../otlp/schema';
import { receiveExport } from './intake';
import { dropOldPartitions } from './partitions';
import { runRetention } from './retention';
import { embeddedLogs, embeddedTraces } from './source';

const now = Date.now();
const id = asCorrelationId('embedded-store-test-1')!;
const window = { startNs: msToNs(now - HOUR_MS), endNs: msToNs(now + HOUR_MS) };

beforeAll(() => {
  process.env.DATABASE_URL = inject('databaseUrl');
  process.env.LOG_LEVEL = 'silent';
  process.env.HOSTNAME = '127.0.0.1';
  process.env.LOOKUP_ATTRIBUTES = 'order.id';
});
afterAll(async () => {
  await Promise.all([readPool().end(), writePool().end()]);
});

const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0');
function span(
  trace: number,
  each: number,
  more: Record<string, unknown> = {},
): Record<string, unknown> {
  const start = BigInt(now) * 1_000_000n + BigInt(each);
  return {
    traceId: hex(trace, 32),
    spanId: hex(each, 16),
    name: `work ${each}`,
    kind: 2,
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(start + 5_000_000n),
    attributes: [{ key: 'correlation_id', value: { stringValue: id } }],
    ...more,
  };
}
const carrying = (value: string) => [{ key: 'correlation_id', value: { stringValue: value } }];
const traces = (spans: unknown[]) => ({
  resourceSpans: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
      scopeSpans: [{ scope: { name: 'test' }, spans }],
    },
  ],
});
const logs = (records: unknown[]) => ({
  resourceLogs: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
      scopeLogs: [{ logRecords: records }],
    },
  ],
});

const send = (signal: 'traces' | 'logs', body: BodyInit, headers: Record<string, string> = {}) =>
  receiveExport(
    signal,
    new Request(`http://127.0.0.1/v1/${signal}`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    }),
  );
const stored = async () => (await metrics().intakeItems.get()).values;

test('spans come back as they were sent, found by id and by trace', async () => {
  const sent = [
    span(1, 1, {
      attributes: [
        { key: 'correlation_id', value: { stringValue: id } },
        { key: 'n', value: { intValue: '7' } },
      ],
      events: [
        {
          timeUnixNano: String(BigInt(now) * 1_000_000n + 3n),
          name: 'exception',
          attributes: [{ key: 'exception.type', value: { stringValue: 'Boom' } }],
        },
      ],
      status: { code: 2, message: 'no' },
      links: [{ traceId: hex(9, 32), spanId: hex(9, 16) }],
    }),
    span(1, 2, { parentSpanId: hex(1, 16) }),
  ];
  const response = await send('traces', JSON.stringify(traces(sent)));
  expect([response.status, await response.json()]).toEqual([200, {}]);
  const found = await embeddedTraces.find(id, window, {});
  expect(found.data.map((hit) => hit.traceId)).toEqual([hex(1, 32)]);
  const { data } = await embeddedTraces.fetch(asTraceId('1')!, {});
  const wire = encodeSpans(data) as { resourceSpans: { scopeSpans: { spans: unknown[] }[] }[] };
  expect(wire.resourceSpans[0]!.scopeSpans[0]!.spans).toMatchObject(
    sent.map((each) => ({
      traceId: each.traceId,
      spanId: each.spanId,
      startTimeUnixNano: each.startTimeUnixNano,
    })),
  );
  expect(data[0]).toMatchObject({
    status: 'error',
    statusMessage: 'no',
    attributes: { n: 7 },
    service: 'shop',
    events: [{ name: 'exception' }],
    links: [{ spanId: hex(9, 16) }],
  });
});

test('protobuf with gzip is stored like JSON', async () => {
  const bytes = (each: Record<string, unknown>) => ({
    ...each,
    traceId: Buffer.from(each.traceId as string, 'hex'),
    spanId: Buffer.from(each.spanId as string, 'hex'),
  });
  const body = TraceRequest.encode(TraceRequest.fromObject(traces([bytes(span(2, 20))]))).finish();
  const response = await send('traces', gzipSync(body), {
    'content-type': 'application/x-protobuf',
    'content-encoding': 'gzip',
  });
  expect([response.status, response.headers.get('content-type')]).toEqual([
    200,
    'application/x-protobuf',
  ]);
  expect((await embeddedTraces.fetch(asTraceId('2')!, {})).data).toHaveLength(1);
});

test('a business number finds spans and lines that carry it in a lookup attribute, text or number', async () => {
  const attributes = (value: object) => [
    { key: 'correlation_id', value: { stringValue: 'another-id-of-it' } },
    { key: 'order.id', value },
  ];
  await send(
    'traces',
    JSON.stringify(
      traces([
        span(40, 400, { attributes: attributes({ stringValue: 'order-4711-a' }) }),
        span(41, 401, { attributes: attributes({ intValue: '47114711' }) }),
      ]),
    ),
  );
  await send(
    'logs',
    JSON.stringify(
      logs([
        {
          timeUnixNano: String(BigInt(now) * 1_000_000n),
          body: { stringValue: 'taken' },
          attributes: attributes({ stringValue: 'order-4711-a' }),
        },
      ]),
    ),
  );
  expect(
    (await embeddedTraces.find(asCorrelationId('order-4711-a')!, window, {})).data.map(
      (hit) => hit.traceId,
    ),
  ).toEqual([hex(40, 32)]);
  expect(
    (await embeddedTraces.find(asCorrelationId('47114711')!, window, {})).data.map(
      (hit) => hit.traceId,
    ),
  ).toEqual([hex(41, 32)]);
  expect(
    (await embeddedLogs.byCorrelationId(asCorrelationId('order-4711-a')!, window, {})).data.map(
      (line) => line.body,
    ),
  ).toEqual(['taken']);
});

test('the lines around a line are those of its resource, in their order', async () => {
  const record = (index: number) => ({
    timeUnixNano: String(BigInt(now + 60_000) * 1_000_000n),
    body: { stringValue: `around ${index}` },
    attributes:
      index === 3 ? [{ key: 'correlation_id', value: { stringValue: 'in-the-middle' } }] : [],
  });
  await send(
    'logs',
    JSON.stringify({
      resourceLogs: [
        {
          resource: { attributes: [{ key: 'service.name', value: { stringValue: 'around' } }] },
          scopeLogs: [{ logRecords: [0, 1, 2, 3, 4, 5].map(record) }],
        },
      ],
    }),
  );
  const [line] = (await embeddedLogs.byCorrelationId(asCorrelationId('in-the-middle')!, window, {}))
    .data;
  const { data } = await embeddedLogs.around(line!, 2, {});
  expect([data.before, data.after].map((lines) => lines.map((each) => each.body))).toEqual([
    ['around 1', 'around 2'],
    ['around 4', 'around 5'],
  ]);
});

test('a retried batch of spans is stored and counted once', async () => {
  const body = JSON.stringify(traces([span(3, 30), span(3, 31), span(3, 30)]));
  await send('traces', body);
  await send('traces', body);
  expect((await embeddedTraces.fetch(asTraceId('3')!, {})).data).toHaveLength(2);
  const calls = (await metrics().registry.metrics()).match(
    /traces_spanmetrics_calls_total\{.*span_name="work 30".*\} (\d+)/,
  );
  expect(calls?.[1]).toBe('1');
  expect(
    (await stored()).find(
      (value) => value.labels.signal === 'traces' && value.labels.outcome === 'repeated',
    )!.value,
  ).toBeGreaterThanOrEqual(3);
});

test('a retried batch of lines is stored once, equal lines of one batch are two lines', async () => {
  const record = {
    timeUnixNano: String(BigInt(now) * 1_000_000n),
    severityNumber: 17,
    body: { stringValue: 'twice' },
    attributes: [{ key: 'correlation_id', value: { stringValue: id } }],
    traceId: hex(1, 32),
    spanId: hex(1, 16),
  };
  const body = JSON.stringify(logs([record, record]));
  await send('logs', body);
  await send('logs', body);
  const { data } = await embeddedLogs.byCorrelationId(id, window, {});
  expect(data.map((line) => [line.body, line.level])).toEqual([
    ['twice', 'error'],
    ['twice', 'error'],
  ]);
  expect((await embeddedLogs.byTrace([asTraceId('1')!], window, {})).data).toHaveLength(2);
});

test('a line that names the id in its text is found by it', async () => {
  const other = asCorrelationId('0b64a1c2-4e8c-4d15-8d15-6a2f3c8b7e40')!;
  await send(
    'logs',
    LogsRequest.encode(
      LogsRequest.fromObject(
        logs([
          {
            timeUnixNano: String(BigInt(now) * 1_000_000n),
            body: { stringValue: `settled ${other}` },
          },
        ]),
      ),
    ).finish() as Uint8Array<ArrayBuffer>,
    { 'content-type': 'application/x-protobuf' },
  );
  expect(
    (await embeddedLogs.byCorrelationId(other, window, {})).data.map((line) => line.body),
  ).toEqual([`settled ${other}`]);
});

test('the valid rest of a batch is kept, and what was rejected is told', async () => {
  const response = await send(
    'traces',
    JSON.stringify(
      traces([
        span(4, 40),
        span(4, 41, { spanId: 'nonsense' }),
        span(4, 42, { startTimeUnixNano: '1000' }),
      ]),
    ),
  );
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({
    partialSuccess: {
      rejectedSpans: '2',
      errorMessage: expect.stringContaining('no valid trace id or span id'),
    },
  });
  expect((await embeddedTraces.fetch(asTraceId('4')!, {})).data).toHaveLength(1);
});

test('no value of a wrong type costs the rest of its batch', async () => {
  const odd = { toString: 1, valueOf: 1 };
  const response = await send(
    'traces',
    JSON.stringify(
      traces([
        span(7, 70),
        span(7, 71, { startTimeUnixNano: odd }),
        span(7, 72, { endTimeUnixNano: '9223372036854775807' }),
        span(7, 73, {
          attributes: [
            { key: 'a', value: { intValue: odd } },
            { key: 'b', value: { doubleValue: odd } },
            { key: 'c', value: { bytesValue: 5 } },
          ],
          events: [{ timeUnixNano: odd, name: 'e' }],
        }),
      ]),
    ),
  );
  expect([response.status, await response.json()]).toMatchObject([
    200,
    { partialSuccess: { rejectedSpans: '2' } },
  ]);
  expect((await embeddedTraces.fetch(asTraceId('7')!, {})).data).toHaveLength(2);
  expect(
    (
      await send(
        'logs',
        JSON.stringify(logs([{ timeUnixNano: odd, severityNumber: odd, body: { intValue: odd } }])),
      )
    ).status,
  ).toBe(200);
});

test.each<[string, BodyInit, Record<string, string>, number]>([
  ['garbage', 'garbage', {}, 400],
  ['JSON that is no export', '[1]', {}, 400],
  [
    'broken protobuf',
    new Uint8Array([255, 255, 255]),
    { 'content-type': 'application/x-protobuf' },
    400,
  ],
  ['another content type', '{}', { 'content-type': 'text/plain' }, 415],
  ['another encoding', '{}', { 'content-encoding': 'br' }, 415],
  [
    'truncated gzip',
    gzipSync('{"resourceSpans":[]}').subarray(0, 12),
    { 'content-encoding': 'gzip' },
    400,
  ],
  [
    'a gzip bomb',
    gzipSync(Buffer.alloc(70 * 1024 * 1024, 32)),
    { 'content-encoding': 'gzip' },
    413,
  ],
])('%s is refused as OTLP says', async (_, body, headers, status) => {
  const response = await send('traces', body, headers);
  expect(response.status).toBe(status);
  expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(0);
});

test('client and server of one call make an edge of the service graph', async () => {
  const resource = (service: string, spans: unknown[]) => ({
    resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
    scopeSpans: [{ spans }],
  });
  await send(
    'traces',
    JSON.stringify({
      resourceSpans: [
        resource('alpha', [span(5, 50, { kind: 3 })]),
        resource('beta', [
          span(5, 51, { kind: 2, parentSpanId: hex(50, 16), status: { code: 2 } }),
        ]),
      ],
    }),
  );
  const text = await metrics().registry.metrics();
  expect(text).toMatch(
    /traces_service_graph_request_total\{client="alpha",server="beta",connection_type=""\} 1/,
  );
  expect(text).toMatch(
    /traces_service_graph_request_failed_total\{client="alpha",server="beta",connection_type=""\} 1/,
  );
});

test('recent failures carry the span that explains them', async () => {
  await send(
    'traces',
    JSON.stringify(
      traces([
        span(6, 60, {
          name: 'POST /pay',
          status: { code: 2 },
          attributes: carrying('embedded-store-payment'),
        }),
        span(6, 61, {
          parentSpanId: hex(60, 16),
          kind: 1,
          name: 'charge',
          status: { code: 2 },
          events: [
            {
              name: 'exception',
              attributes: [{ key: 'exception.type', value: { stringValue: 'CardError' } }],
            },
          ],
        }),
      ]),
    ),
  );
  // Other tests store failures in the same hours.
  const spanFilter = { attributes: { correlation_id: 'embedded-store-payment' } };
  const { data } = await embeddedTraces.failures({ spanFilter, window, limit: 10 }, {});
  expect(data.requests).toMatchObject([
    {
      traceId: hex(6, 32),
      name: 'POST /pay',
      correlationId: 'embedded-store-payment',
      culprit: { name: 'charge', errorType: 'CardError' },
    },
  ]);
  expect(data.total).toBeGreaterThan(1);
  expect(
    (await embeddedTraces.failures({ service: 'nobody', window, limit: 10 }, {})).data,
  ).toEqual({ requests: [], failedTotal: 0, total: 0 });
});

test('a succeeded request is found by a failed span of it, and by what a job says of itself', async () => {
  await send(
    'traces',
    JSON.stringify(
      traces([
        span(77, 770, {
          name: 'POST /retried',
          attributes: carrying('embedded-store-retried'),
        }),
        span(77, 771, {
          parentSpanId: hex(770, 16),
          kind: 1,
          name: 'job test',
          status: { code: 2 },
          attributes: [
            { key: 'cicd.pipeline.name', value: { stringValue: 'test "all"' } },
            { key: 'vcs.repository.name', value: { stringValue: 'checkout' } },
          ],
        }),
      ]),
    ),
  );
  const found = async (spanFilter: SpanFilter) =>
    (
      await embeddedTraces.recent({ state: 'all', window, limit: 10, spanFilter }, {})
    ).data.roots.filter((root) => root.traceId === hex(77, 32)).length;
  expect(await found({ failed: true })).toBe(1);
  expect(await found({ attributes: { 'cicd.pipeline.name': undefined } })).toBe(1);
  expect(
    await found({
      attributes: { 'cicd.pipeline.name': 'test "all"', 'vcs.repository.name': 'checkout' },
    }),
  ).toBe(1);
  expect(await found({ attributes: { 'vcs.repository.name': 'check' } })).toBe(0);
  expect(await found({ podPattern: 'nothing-.+' })).toBe(0);
});

test('a request is found by how long one span of it took', async () => {
  await send('traces', JSON.stringify(traces([span(78, 780, { name: 'POST /five-ms' })])));
  const found = async (minDurationNs: bigint) =>
    (
      await embeddedTraces.recent(
        {
          state: 'all',
          window,
          limit: 100,
          spanFilter: { operation: 'POST /five-ms', minDurationNs },
        },
        {},
      )
    ).data.roots.length;
  expect(await found(5_000_000n)).toBe(1);
  expect(await found(5_000_001n)).toBe(0);
});

test('a healthy request is found among any number of failures', async () => {
  const { data } = await embeddedTraces.recent({ state: 'succeeded', window, limit: 1 }, {});
  expect(data.roots.map((root) => root.outcome)).toEqual(['good']);
});

test('a span id leads to its trace', async () =>
  expect(await embeddedTraces.traceOfSpan(asSpanId(hex(61, 16))!, window, {})).toBe(hex(6, 32)));

test('retention drops hours that are too old, then the oldest until the bytes fit, never the present one', async () => {
  const old = Array.from({ length: 4 }, (_, index) =>
    span(100 + index, 100 + index, {
      startTimeUnixNano: String(BigInt(now - (index + 2) * 3_600_000) * 1_000_000n),
      endTimeUnixNano: String(BigInt(now) * 1_000_000n),
    }),
  );
  await send('traces', JSON.stringify(traces(old)));
  const present = async () =>
    await Promise.all(
      old.map(
        async (each) =>
          (await embeddedTraces.fetch(asTraceId(each.traceId as string)!, {})).data.length,
      ),
    );
  expect(await present()).toEqual([1, 1, 1, 1]);
  await dropOldPartitions(msToNs(now - 3.5 * HOUR_MS), Number.MAX_SAFE_INTEGER, msToNs(now));
  expect((await present()).slice(0, 2)).toEqual([1, 1]);
  expect((await present())[3]).toBe(0);
  const { dropped } = await dropOldPartitions(0n, 1, msToNs(now));
  expect(dropped.length).toBeGreaterThan(0);
  expect(await present()).toEqual([0, 0, 0, 0]);
  expect((await embeddedTraces.fetch(asTraceId('1')!, {})).data.length).toBeGreaterThan(0);
  // A dropped hour is made again when spans of it still arrive.
  await send('traces', JSON.stringify(traces([old[0]])));
  expect((await present())[0]).toBe(1);
});

test('only one process at a time runs retention', async () => {
  const { storeBytes } = metrics();
  const bytes = async () => (await storeBytes.get()).values[0]!.value;
  storeBytes.set(-1);
  const leader = await writePool().connect();
  await leader.query('SELECT pg_advisory_lock(7201002)');
  await runRetention();
  expect(await bytes()).toBe(-1);
  await leader.query('SELECT pg_advisory_unlock(7201002)');
  leader.release();
  await runRetention();
  expect(await bytes()).toBeGreaterThan(0);
});

test('writers of the same new hour do not trip over each other', async () => {
  const at = BigInt(now - 50 * 3_600_000) * 1_000_000n;
  const batches = Array.from({ length: 8 }, (_, batch) =>
    traces(
      Array.from({ length: 20 }, (__, each) =>
        span(200, 2000 + batch * 20 + each, {
          startTimeUnixNano: String(at + BigInt(each)),
          endTimeUnixNano: String(at + 1000n),
        }),
      ),
    ),
  );
  const answers = await Promise.all(batches.map((batch) => send('traces', JSON.stringify(batch))));
  expect(answers.map((answer) => answer.status)).toEqual(new Array(8).fill(200));
  expect((await embeddedTraces.fetch(asTraceId(hex(200, 32))!, {})).data).toHaveLength(160);
});

test('leaving stops the wait', async () => {
  await expect(
    embeddedTraces.fetch(asTraceId('1')!, { signal: AbortSignal.abort() }),
  ).rejects.toMatchObject({ reason: 'cancelled' });
});

test('what another source serves is not taken', async () => {
  const settings = config() as { LOGS_SOURCE: string };
  settings.LOGS_SOURCE = 'loki';
  const response = await send('logs', JSON.stringify(logs([])));
  settings.LOGS_SOURCE = 'embedded';
  expect([response.status, ((await response.json()) as { message: string }).message]).toEqual([
    404,
    'This portal reads logs from loki. Send them there.',
  ]);
});

test('a line keeps the word its level was read from', async () => {
  const carried = asCorrelationId('level-words-1')!;
  const record = (more: object, index: number) => ({
    timeUnixNano: String(BigInt(now) * 1_000_000n + BigInt(index)),
    attributes: [{ key: 'correlation_id', value: { stringValue: carried } }],
    body: { stringValue: 'no' },
    ...more,
  });
  await send(
    'logs',
    JSON.stringify(
      logs(
        [
          { severityText: 'SEVERE' },
          { severityNumber: 17, severityText: 'ERROR' },
          { body: { stringValue: '{"level":50,"msg":"no"}' } },
          { severityText: 'Loud' },
        ].map(record),
      ),
    ),
  );
  const { data } = await embeddedLogs.byCorrelationId(carried, window, {});
  expect(data.map(({ level, severityText }) => [level, severityText])).toEqual([
    ['error', 'SEVERE'],
    ['error', undefined],
    ['error', '50'],
    ['unknown', 'Loud'],
  ]);
});

test('a UUID is found in capitals and without dashes, whichever was sent', async () => {
  const uuid = '1c75b2d3-5f9d-4e26-9e26-7b304d9c8f51';
  const spellings = [uuid, uuid.toUpperCase(), uuid.replaceAll('-', '')];
  const carries = (each: string) => [{ key: 'correlation_id', value: { stringValue: each } }];
  await send(
    'traces',
    JSON.stringify(
      traces(spellings.map((each, index) => span(400 + index, 1, { attributes: carries(each) }))),
    ),
  );
  await send(
    'logs',
    JSON.stringify(
      logs(
        spellings.map((each, index) => ({
          timeUnixNano: String(BigInt(now) * 1_000_000n + BigInt(index)),
          body: { stringValue: `request ${each}` },
        })),
      ),
    ),
  );
  for (const each of spellings) {
    const asked = asCorrelationId(each)!;
    expect((await embeddedTraces.find(asked, window, {})).data).toHaveLength(3);
    expect((await embeddedLogs.byCorrelationId(asked, window, {})).data).toHaveLength(3);
  }
});

test('a business number of five digits finds requests by their lookup attribute', async () => {
  const numbered = [
    { key: 'order.id', value: { intValue: '47114' } },
    { key: 'correlation_id', value: { stringValue: 'short-number-1' } },
  ];
  await send('traces', JSON.stringify(traces([span(410, 1, { attributes: numbered })])));
  const { data } = await embeddedTraces.find(asSearchId('47114')!, window, {});
  expect(data.map(({ traceId }) => traceId)).toEqual([hex(410, 32)]);
});

/** Case 45: nothing of OTLP says which trace a line belongs to. */
test('lines whose text, attributes or resource hold the ids are those of the request', async () => {
  const carried = asCorrelationId('ids-in-lines-1a2b3c')!;
  const [trace, spanId] = ['1f'.repeat(16), '2e'.repeat(8)];
  await send(
    'traces',
    JSON.stringify(
      traces([
        span(0, 1, {
          traceId: trace,
          spanId,
          attributes: [{ key: 'correlation_id', value: { stringValue: carried } }],
        }),
      ]),
    ),
  );
  const named = (fields: Record<string, string>) =>
    Object.entries(fields).map(([key, stringValue]) => ({ key, value: { stringValue } }));
  const records = [
    { body: `level=error traceID=${trace} spanID=${spanId} m1` },
    { body: `traceparent=00-${trace}-${spanId}-01 m2` },
    { body: 'm3', attributes: named({ trace_id: trace, span_id: spanId }) },
    { body: 'm4', attributes: named({ otelTraceID: trace, otelSpanID: spanId }) },
    { body: `correlation_id=${carried} m5` },
    { body: `order for ${carried} m9` },
    { body: 'm6', resource: { correlation_id: carried } },
    { body: `ERROR [shop,${trace},${spanId}] m7` },
    { body: `${JSON.stringify({ log: `{"trace.id":"${trace}","span.id":"${spanId}"} m8` })}` },
  ];
  for (const [index, { body, attributes, resource = {} }] of records.entries()) {
    const record = {
      timeUnixNano: String(BigInt(now) * 1_000_000n + BigInt(index)),
      body: { stringValue: body },
      attributes,
    };
    await send(
      'logs',
      JSON.stringify({
        resourceLogs: [
          {
            resource: { attributes: named({ 'service.name': 'shop', ...resource }) },
            scopeLogs: [{ logRecords: [record] }],
          },
        ],
      }),
    );
  }
  const marks = (lines: readonly { readonly body: string; readonly spanId?: string }[]) =>
    lines.map(({ body, spanId: of }) => `${/m\d/.exec(body)![0]} ${of === spanId}`);
  const ofTrace = await embeddedLogs.byTrace([asTraceId(trace)!], window, {});
  expect(marks(ofTrace.data)).toEqual([
    'm1 true',
    'm2 true',
    'm3 true',
    'm4 true',
    'm7 true',
    'm8 true',
  ]);
  const ofId = await embeddedLogs.byCorrelationId(carried, window, {});
  expect(marks(ofId.data)).toEqual(['m5 false', 'm9 false', 'm6 false']);
});
