import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { config } from '@/lib/config/load';
import { asCorrelationId, asTraceId } from '@/lib/correlation-id/grammar';
import { readPool, writePool } from '@/lib/db/pool';
import { metrics } from '@/lib/observability/metrics';
import { HOUR_MS, msToNs } from '@/lib/time/units';
import { LogsRequest } from '../otlp/schema';
import { receiveExport } from './intake';
import { dropOldPartitions } from './partitions';
import { recentRejections } from './rejections';
import { embeddedLogs, embeddedTraces } from './source';

const NOW = Date.now();
const window = { startNs: msToNs(NOW - HOUR_MS), endNs: msToNs(NOW + HOUR_MS) };

beforeAll(() => {
  Object.assign(process.env, {
    DATABASE_URL: inject('databaseUrl'),
    LOG_LEVEL: 'silent',
    HOSTNAME: '127.0.0.1',
  });
  config.reset();
});
afterAll(async () => {
  await Promise.all([readPool().end(), writePool().end()]);
});

const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'lossy' } }] };
const ofRequest = (id: string) => [{ key: 'correlation_id', value: { stringValue: id } }];
const span = (trace: number, more: object = {}) => ({
  traceId: trace.toString(16).padStart(32, 'a'),
  spanId: '00000000000000a1',
  name: 'work',
  kind: 2,
  startTimeUnixNano: String(msToNs(NOW)),
  endTimeUnixNano: String(msToNs(NOW + 5)),
  ...more,
});
const traceIdOf = (trace: number) => asTraceId(trace.toString(16).padStart(32, 'a'))!;

async function send(signal: 'traces' | 'logs', body: BodyInit, type = 'application/json') {
  const response = await receiveExport(
    signal,
    new Request(`http://127.0.0.1/v1/${signal}`, {
      method: 'POST',
      body,
      headers: { 'content-type': type },
    }),
  );
  return { status: response.status, answer: await response.json().catch(() => undefined) };
}
const sendSpans = (...spans: unknown[]) =>
  send('traces', JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans }] }] }));
const linesOf = async (id: string) =>
  (await embeddedLogs.byCorrelationId(asCorrelationId(id)!, window, {})).data;
const lineBody = (id: string, more: object = {}) =>
  JSON.stringify({
    resourceLogs: [
      {
        resource,
        scopeLogs: [
          {
            logRecords: [{ body: { stringValue: 'retrying' }, attributes: ofRequest(id), ...more }],
          },
        ],
      },
    ],
  });
const secondsPass = (seconds: number) =>
  writePool().query(
    `
    UPDATE telemetry.log_batches
    SET received_at = received_at - make_interval(secs => $1)`,
    [seconds],
  );

test('equal lines without a time that come apart are apart; sent at once they are one and its retry', async () => {
  const body = lineBody('without-time-1');
  const answers = await Promise.all([send('logs', body), send('logs', body)]);
  expect(await linesOf('without-time-1')).toHaveLength(1);
  expect(answers.map(({ answer }) => answer)).toContainEqual({
    partialSuccess: {
      rejectedLogRecords: '0',
      errorMessage: expect.stringContaining('the same bytes'),
    },
  });
  await secondsPass(1.2);
  expect(await send('logs', body)).toEqual({ status: 200, answer: {} });
  await secondsPass(1.2);
  await send('logs', body);
  expect(await linesOf('without-time-1')).toHaveLength(3);
});

test('a batch with times is one with its retry, a minute later too', async () => {
  const body = lineBody('with-time-1', { timeUnixNano: String(msToNs(NOW)) });
  await send('logs', body);
  await secondsPass(60);
  const { answer } = await send('logs', body);
  expect(answer).toMatchObject({ partialSuccess: { rejectedLogRecords: '0' } });
  expect(await linesOf('with-time-1')).toHaveLength(1);
});

test('what was rejected of a request stands with the answer about it', async () => {
  const id = 'rejected-in-part';
  const millis = { startTimeUnixNano: String(NOW), attributes: ofRequest(id) };
  const { status, answer } = await sendSpans(
    span(1, { attributes: ofRequest(id) }),
    span(1, { spanId: '00000000000000a2', ...millis }),
    span(1, { spanId: 'nonsense' }),
    span(2, millis),
  );
  expect([status, answer]).toEqual([
    200,
    {
      partialSuccess: {
        rejectedSpans: '3',
        errorMessage:
          'a span has no valid trace id or span id; ' +
          'a span has a start that looks like milliseconds, not nanoseconds (2 times)',
      },
    },
  ]);
  const found = await embeddedTraces.find(asCorrelationId(id)!, window, {});
  expect(found.data).toHaveLength(1);
  expect(found.partial.map(({ sentence }) => sentence)).toEqual([
    '1 span was rejected when sent: a trace or span id was not valid',
    '2 spans were rejected when sent: a time was not in nanoseconds',
  ]);
  const whole = await embeddedTraces.fetch(traceIdOf(2), {});
  expect([whole.data, whole.partial]).toEqual([
    [],
    [expect.objectContaining({ code: 'rejected_when_sent', reason: 'time_unit', count: 1 })],
  ]);
  expect((await embeddedTraces.fetch(traceIdOf(3), {})).partial).toEqual([]);
});

test('so does a line that was rejected', async () => {
  await send(
    'logs',
    lineBody('rejected-line-1', { timeUnixNano: String(msToNs(NOW + 2 * HOUR_MS)) }),
  );
  const { data, partial } = await embeddedLogs.byCorrelationId(
    asCorrelationId('rejected-line-1')!,
    window,
    {},
  );
  expect([data, partial.map(({ sentence }) => sentence)]).toEqual([
    [],
    ['1 log record was rejected when sent: a time lay more than 10 min ahead'],
  ]);
});

test('every rejection is counted by its reason, and named at most so often a minute', async () => {
  const counted = async () =>
    (await metrics().intakeRejected.get()).values.find(
      ({ labels }) => labels.signal === 'traces' && labels.reason === 'too_far_ahead',
    )?.value ?? 0;
  const noted = async () =>
    (await recentRejections('traces', {})).find(({ reason }) => reason === 'too_far_ahead')
      ?.items ?? 0;
  const [before, notedBefore] = [await counted(), await noted()];
  const ahead = { startTimeUnixNano: String(msToNs(NOW + 2 * HOUR_MS)) };
  const spans = Array.from({ length: 500 }, (_, index) => span(1_000 + index, ahead));
  const { answer } = await sendSpans(...spans, ...spans);
  expect(answer).toMatchObject({ partialSuccess: { rejectedSpans: '1000' } });
  expect((await counted()) - before).toBe(1_000);
  expect((await noted()) - notedBefore).toBe(1_000);
  const { rows } = await readPool().query(
    `SELECT count(*)::int AS named FROM telemetry.rejections WHERE trace_id <> ''`,
  );
  expect(rows[0].named).toBeLessThan(420);
});

test('a message of another signal is refused, and counted', async () => {
  const counted = async () =>
    (await metrics().intakeRejected.get()).values.find(
      ({ labels }) => labels.signal === 'traces' && labels.reason === 'other_signal',
    )?.value ?? 0;
  const before = await counted();
  const body = LogsRequest.encode(
    LogsRequest.fromObject({
      resourceLogs: [{ scopeLogs: [{ logRecords: [{ timeUnixNano: String(msToNs(NOW)) }] }] }],
    }),
  ).finish();
  const { status } = await send('traces', Buffer.from(body), 'application/x-protobuf');
  expect([status, (await counted()) - before]).toEqual([400, 1]);
});

test('rejections are forgotten with the retention', async () => {
  await writePool().query(`UPDATE telemetry.rejections SET minute = minute - interval '80 hours'`);
  await dropOldPartitions(msToNs(NOW - 72 * HOUR_MS), Number.MAX_SAFE_INTEGER, msToNs(NOW));
  expect((await embeddedTraces.fetch(traceIdOf(2), {})).partial).toEqual([]);
});
