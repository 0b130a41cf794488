import { describe, expect, test } from 'vitest';
import { idsOfFields, idsOfLine, idsOfText } from './ids-in-line';

const T = '4bf92f3577b34da6a3ce929d0e0e4736';
const S = '00f067aa0ba902b7';
const OTHER = 'a'.repeat(32);
const NONE = { traceId: undefined, spanId: undefined, correlationId: undefined };

describe('fields name a trace', () => {
  test.each([
    'traceid',
    'trace_id',
    'traceId',
    'TRACE-ID',
    'trace.id',
    'otelTraceID',
    'otel.trace_id',
    'x-b3-traceid',
    'uber-trace-id',
    'x-amzn-trace-id',
    'amzn_trace_id',
    'lb.trace_id',
    'lb.x_amzn_trace_id',
    'xray_trace_id',
    'aws.xray.trace_id',
    'logging.googleapis.com/trace',
    'mdc.traceId',
    'contextMap.traceId',
    'context.trace_id',
    'ctx.trace_id',
    'Properties.TraceId',
    'Scopes.TraceId',
    'attributes.trace_id',
    'resource.trace_id',
    'fields.trace_id',
    'labels.trace_id',
    'extra.trace_id',
    'record.trace_id',
    'span.trace_id',
    'otel.traceID',
    'jsonPayload.trace_id',
    'data.trace_id',
    'dd.trace_id',
    'dd_trace_id',
    'x-datadog-trace-id',
  ])('%s', (name) => expect(idsOfFields({ [name]: T })).toEqual({ ...NONE, traceId: T }));

  test.each([
    'traceparent',
    'b3',
    'sentry-trace',
    'x-cloud-trace-context',
    'lb.x_cloud_trace_context',
  ])('%s, and a span', (name) =>
    expect(idsOfFields({ [name]: `${T}-${S}-1` })).toEqual({ ...NONE, traceId: T, spanId: S }),
  );

  test('as a load balancer of AWS does', () =>
    expect(idsOfFields({ trace_id: `Root=1-${T.slice(0, 8)}-${T.slice(8)}` }).traceId).toBe(T));

  test('trace, only where it is a name of Google Cloud', () => {
    expect(idsOfFields({ trace: `projects/shop/traces/${T}` }).traceId).toBe(T);
    expect(idsOfFields({ trace: T }).traceId).toBeUndefined();
  });

  test('a number, as Datadog does', () =>
    expect(idsOfFields({ 'dd.trace_id': 255, 'dd.span_id': 254 })).toEqual({
      ...NONE,
      traceId: 'ff'.padStart(32, '0'),
      spanId: 'fe'.padStart(16, '0'),
    }));

  test('with its upper half beside it, where that is one', () => {
    const lower = { 'dd.trace_id': '11803532876627986230' };
    expect(idsOfFields({ ...lower, '_dd.p.tid': T.slice(0, 16) }).traceId).toBe(T);
    expect(idsOfFields({ ...lower, '_dd.p.tid': 'none' }).traceId).toBe(
      T.slice(16).padStart(32, '0'),
    );
  });
});

describe('fields name a span', () => {
  test.each([
    'span_id',
    'spanId',
    'span.id',
    'otelSpanID',
    'otel.span_id',
    'X-B3-SpanId',
    'logging.googleapis.com/spanId',
    'mdc.spanId',
    'dd.span_id',
    'dd_span_id',
    'x-datadog-parent-id',
  ])('%s', (name) => expect(idsOfFields({ [name]: S })).toEqual({ ...NONE, spanId: S }));

  test('inside the header under the name of the trace', () =>
    expect(idsOfFields({ 'uber-trace-id': `${T}:${S}:0:1` }).spanId).toBe(S));
});

test.each(['correlation_id', 'correlationId', 'x-correlation-id', 'mdc.correlation_id'])(
  'fields name a correlation id: %s',
  (name) =>
    expect(idsOfFields({ [name]: 'order-12345' })).toEqual({
      ...NONE,
      correlationId: 'order-12345',
    }),
);

test.each([
  { parent_trace_id: T, parentSpanId: S },
  { md5: T, etag: T, id: T },
  { trace_id: '0'.repeat(32), span_id: '0'.repeat(16), correlation_id: 'a b' },
  { trace_id: '', span_id: 'none' },
  { trace_id: { id: T }, span_id: [S], correlation_id: true },
  { b3: '12345678', traceparent: T },
  { 'request.trace_id': T, 'mdc.link.trace_id': T },
])('fields that name none: %j', (fields) => expect(idsOfFields(fields)).toEqual(NONE));

test('a field that is all zero hides no other', () =>
  expect(idsOfFields({ trace_id: '0'.repeat(32), 'trace.id': T, traceId: 'x' }).traceId).toBe(T));

test('of two fields with one name the outer one counts', () => {
  expect(idsOfFields({ traceId: T, 'mdc.traceId': OTHER }).traceId).toBe(T);
  expect(idsOfFields({ 'mdc.traceId': T, 'ctx.traceId': OTHER }).traceId).toBe(T);
});

describe('a text names', () => {
  test('the first trace, and the span that belongs to it', () => {
    expect(idsOfText(`trace_id=${T} span_id=${S} trace_id=${OTHER}`)).toEqual({
      traceId: T,
      spanId: S,
    });
    expect(idsOfText(`calling with 00-${T}-${S}-01`)).toEqual({ traceId: T, spanId: S });
  });

  test('a span alone', () =>
    expect(idsOfText(`span_id=${S} failed`)).toEqual({ traceId: undefined, spanId: S }));

  test('nothing beyond the first 64 KiB', () => {
    const named = ` trace_id=${T}`;
    expect(idsOfText(' '.repeat(65_536 - named.length) + named).traceId).toBe(T);
    expect(idsOfText(' '.repeat(65_536) + named).traceId).toBeUndefined();
  });
});

describe('a line has', () => {
  test('the ids of the surest place', () =>
    expect(
      idsOfLine(
        [{ correlation_id: 'order-12345' }, { trace_id: T, span_id: S }, { trace_id: OTHER }],
        `trace_id=${OTHER}`,
      ),
    ).toEqual({ traceId: T, spanId: S, correlationId: 'order-12345' }));

  test('the ids of its text, where no field names any', () =>
    expect(
      idsOfLine([{}, { correlation_id: 'order-12345' }], `trace_id=${T} span_id=${S}`),
    ).toEqual({
      traceId: T,
      spanId: S,
      correlationId: 'order-12345',
    }));

  test('the span of its text, where that names the same trace', () =>
    expect(idsOfLine([{ trace_id: T }], `trace_id=${T} span_id=${S}`).spanId).toBe(S));

  test('a span that stands without a trace', () => {
    expect(idsOfLine([{ trace_id: T }, { span_id: S }], '').spanId).toBe(S);
    expect(idsOfLine([{ span_id: S }], '')).toEqual({ ...NONE, spanId: S });
  });

  test('no span of another trace', () =>
    expect(
      idsOfLine([{ trace_id: T }, { trace_id: OTHER, span_id: S }], '').spanId,
    ).toBeUndefined());
});
