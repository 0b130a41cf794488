import { describe, expect, test } from 'vitest';
import { epochNs } from '@/lib/time/units';
import { LINES_WITH_IDS, LINES_WITHOUT_IDS, SPAN_ID, TRACE_ID } from './lines-with-ids.fixture';
import { toFoundLines } from './loki/lines';
import { normalizeLogs } from './otlp/normalize';

/** The line as Loki answers with it. */
const inLoki = (text: string, structuredMetadata: Record<string, string> = {}) =>
  toFoundLines(
    {
      status: 'success',
      data: {
        resultType: 'streams',
        encodingFlags: ['categorize-labels'],
        result: [
          {
            stream: { service_name: 'shop' },
            values: [['1795347516585123457', text, { structuredMetadata }]],
          },
        ],
      },
    },
    'service_name',
  )[0]!.line;

/** The line as the embedded store takes it, with no field of OTLP beside its body. */
const inStore = (body: unknown, more: object = {}, resource: Record<string, string> = {}) =>
  normalizeLogs(
    [
      {
        resource: { attributes: pairs(resource) },
        scopeLogs: [{ logRecords: [{ body, ...more } as never] }],
      },
    ],
    epochNs(1n),
  ).items[0]!;

const pairs = (fields: Record<string, string>) =>
  Object.entries(fields).map(([key, stringValue]) => ({ key, value: { stringValue } }));

describe.each([
  ['Loki', (line: string) => inLoki(line)],
  ['the embedded store', (line: string) => inStore({ stringValue: line })],
])('%s reads the ids', (_, read) => {
  test.each(LINES_WITH_IDS)('of a line: %s', (_shape, line) =>
    expect(read(line)).toMatchObject({ traceId: TRACE_ID, spanId: SPAN_ID }),
  );

  test.each(LINES_WITHOUT_IDS)('and takes none from %s', (_what, line) =>
    expect(read(line)).toMatchObject({ traceId: undefined, spanId: undefined }),
  );

  test('of 64 bits, as one of 128', () =>
    expect(read(`traceID=${TRACE_ID.slice(16)} spanID=${SPAN_ID}`)).toMatchObject({
      traceId: TRACE_ID.slice(16).padStart(32, '0'),
      spanId: SPAN_ID,
    }));

  test('of Datadog without its upper half, as one of 64 bits', () =>
    expect(read('dd.trace_id=11803532876627986230 dd.span_id=67667974448284343')).toMatchObject({
      traceId: 'a3ce929d0e0e4736'.padStart(32, '0'),
      spanId: SPAN_ID,
    }));

  test('and the correlation id that a field names', () =>
    expect(read(`{"correlation_id":"order-12345","msg":"no"}`).correlationId).toBe('order-12345'));
});

test.each([
  ['trace_id', 'span_id'],
  ['traceID', 'spanID'],
  ['otelTraceID', 'otelSpanID'],
  ['trace.id', 'span.id'],
  ['TraceId', 'SpanId'],
  ['mdc.traceId', 'mdc.spanId'],
])('attributes %s and %s attach a record, where OTLP has none', (trace, span) =>
  expect(
    inStore({ stringValue: 'no' }, { attributes: pairs({ [trace]: TRACE_ID, [span]: SPAN_ID }) }),
  ).toMatchObject({ traceId: TRACE_ID, spanId: SPAN_ID }),
);

test.each([
  ['trace_id', 'span_id'],
  ['traceId', 'spanId'],
  ['otelTraceID', 'otelSpanID'],
])('structured metadata %s and %s attaches a line', (trace, span) =>
  expect(inLoki('no', { [trace]: TRACE_ID, [span]: SPAN_ID })).toMatchObject({
    traceId: TRACE_ID,
    spanId: SPAN_ID,
  }),
);

test('fields of OTLP are surer than what an attribute or the text names', () => {
  const other = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa';
  expect(
    inStore(
      { stringValue: `trace_id=${other} span_id=bbbbbbbbbbbbbbbb` },
      { traceId: TRACE_ID, attributes: pairs({ traceId: other, spanId: 'cccccccccccccccc' }) },
    ),
  ).toMatchObject({ traceId: TRACE_ID, spanId: undefined });
});

test('a span beside the same trace belongs to it, wherever it stands', () =>
  expect(
    inStore(
      { stringValue: `trace_id=${TRACE_ID} span_id=${SPAN_ID}` },
      { attributes: pairs({ traceId: TRACE_ID }) },
    ),
  ).toMatchObject({ traceId: TRACE_ID, spanId: SPAN_ID }));

test('a body of fields is read like JSON', () =>
  expect(
    inStore({
      kvlistValue: {
        values: pairs({ trace_id: TRACE_ID, span_id: SPAN_ID, correlation_id: 'order-12345' }),
      },
    }),
  ).toMatchObject({ traceId: TRACE_ID, spanId: SPAN_ID, correlationId: 'order-12345' }));

test('the correlation id of a resource is that of its lines, unless they have their own', () => {
  const resource = { correlation_id: 'job-12345' };
  expect(inStore({ stringValue: 'no' }, {}, resource).correlationId).toBe('job-12345');
  expect(
    inStore(
      { stringValue: 'no' },
      { attributes: pairs({ correlation_id: 'order-12345' }) },
      resource,
    ).correlationId,
  ).toBe('order-12345');
});
