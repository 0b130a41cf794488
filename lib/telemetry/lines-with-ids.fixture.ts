/** The trace and the span that every line of the table names. */
export const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
export const SPAN_ID = '00f067aa0ba902b7';

const [T, S] = [TRACE_ID, SPAN_ID];
const json = (fields: object) => JSON.stringify({ level: 'error', msg: 'no', ...fields });
const DECIMAL_LOWER_HALF = BigInt(`0x${T.slice(16)}`).toString();
const DECIMAL_SPAN = BigInt(`0x${S}`).toString();

/** Lines as frameworks and runtimes write them, by what is special about them. */
export const LINES_WITH_IDS: readonly (readonly [shape: string, line: string])[] = [
  ['JSON trace_id', json({ trace_id: T, span_id: S })],
  ['JSON traceId', json({ traceId: T, spanId: S })],
  ['JSON traceID', json({ traceID: T, spanID: S })],
  ['JSON otelTraceID', json({ otelTraceID: T, otelSpanID: S })],
  ['JSON TraceId', json({ TraceId: T, SpanId: S })],
  ['JSON with ids in capitals', json({ trace_id: T.toUpperCase(), span_id: S.toUpperCase() })],
  ['JSON with 0x before the ids (Python)', json({ trace_id: `0x${T}`, span_id: `0x${S}` })],
  ['ECS, flat', json({ 'trace.id': T, 'span.id': S })],
  ['ECS, nested', json({ trace: { id: T }, span: { id: S } })],
  [
    'Google Cloud Logging',
    json({
      'logging.googleapis.com/trace': `projects/shop-prod/traces/${T}`,
      'logging.googleapis.com/spanId': S,
    }),
  ],
  ['Logback, in mdc', json({ mdc: { traceId: T, spanId: S } })],
  ['Log4j, in contextMap', json({ contextMap: { trace_id: T, span_id: S } })],
  ['.NET, in a scope', json({ Scopes: [{ Message: 'in', SpanId: S, TraceId: T }, { Path: '/' }] })],
  ['Serilog, in Properties', json({ Properties: { TraceId: T, SpanId: S } })],
  ['tracing of Rust, in span', json({ span: { trace_id: T, span_id: S, name: 'pay' } })],
  ['JSON traceparent', json({ traceparent: `00-${T}-${S}-01` })],
  ['JSON b3', json({ b3: `${T}-${S}-1` })],
  ['JSON X-B3', json({ 'X-B3-TraceId': T, 'X-B3-SpanId': S })],
  ['JSON sentry-trace', json({ 'sentry-trace': `${T}-${S}-1` })],
  ['JSON uber-trace-id', json({ 'uber-trace-id': `${T}:${S.replace(/^0+/, '')}:0:1` })],
  [
    'JSON x_amzn_trace_id',
    json({
      x_amzn_trace_id: `Self=1-67891234-12456789abcdef0123456789;Root=1-${T.slice(0, 8)}-${T.slice(8)};Parent=${S};Sampled=1`,
    }),
  ],
  ['JSON x-cloud-trace-context', json({ 'x-cloud-trace-context': `${T}/${DECIMAL_SPAN};o=1` })],
  [
    'Datadog with the upper half',
    json({
      dd: { trace_id: DECIMAL_LOWER_HALF, span_id: DECIMAL_SPAN },
      _dd: { p: { tid: T.slice(0, 16) } },
    }),
  ],
  ['Datadog in hex', json({ dd: { trace_id: T, span_id: DECIMAL_SPAN } })],
  ['Datadog in dotted names', json({ 'dd.trace_id': T, 'dd.span_id': DECIMAL_SPAN })],
  ['base64', json({ traceId: 'S/kvNXezTaajzpKdDg5HNg==', spanId: 'APBnqgupArc=' })],
  ['all zero first, the ids further on', json({ trace_id: '0'.repeat(32), traceId: T, spanId: S })],
  ['JSON inside a text', `request failed: {\\"trace_id\\":\\"${T}\\",\\"span_id\\":\\"${S}\\"}`],
  ['logfmt trace_id', `level=error trace_id=${T} span_id=${S} msg="no"`],
  ['logfmt traceID', `level=error msg="not there" traceID=${T} spanID=${S}`],
  ['logfmt, quoted', `level=error traceId="${T}" spanId="${S}"`],
  ['logfmt dd.trace_id', `dd.trace_id=${T} dd.span_id=${DECIMAL_SPAN} level=error`],
  [
    'Python of OpenTelemetry',
    `2026-11-25 12:00:00,000 ERROR [shop] [app.py:7] [trace_id=${T} span_id=${S} resource.service.name=shop trace_sampled=True] - no`,
  ],
  ['Spring [app,TRACE,SPAN]', `ERROR [shop,${T},${S}] 7 --- [nio-8080-exec-1] no`],
  ['Spring [app,TRACE,SPAN,true]', `ERROR [shop,${T},${S},true] 7 --- no`],
  ['Spring Boot 3 [TRACE-SPAN]', `ERROR 7 --- [shop] [nio-exec-1] [${T}-${S}] no`],
  ['a traceparent anywhere', `calling payments with 00-${T}-${S}-01 failed`],
  ['a labelled traceparent', `traceparent=00-${T}-${S}-01 failed`],
  ['a b3 header', `sent b3: ${T}-${S}-1 to payments`],
  ['headers of b3', `X-B3-TraceId: ${T}, X-B3-SpanId: ${S}, X-B3-ParentSpanId: 05e3ac9a4f6e3b90`],
  [
    'a line of Lambda',
    `XRAY TraceId: 1-${T.slice(0, 8)}-${T.slice(8)}\tSegmentId: ${S}\tSampled: true`,
  ],
  ['XML', `<event><traceId>${T}</traceId><spanId>${S}</spanId></event>`],
  [
    "Docker's json-file",
    JSON.stringify({
      log: `${json({ trace_id: T, span_id: S })}\n`,
      stream: 'stderr',
      time: '2026-11-25T12:00:00.123456789Z',
    }),
  ],
  [
    "Docker's json-file around logfmt",
    JSON.stringify({ log: `level=error traceID=${T} spanID=${S}\n`, stream: 'stdout' }),
  ],
  ['a CRI prefix', `2026-11-25T12:00:00.123456789Z stderr F ${json({ trace_id: T, span_id: S })}`],
  ['a blank before', `  ${json({ trace_id: T, span_id: S })}`],
];

/** Lines with hex digits that are no trace of theirs. */
export const LINES_WITHOUT_IDS: readonly (readonly [what: string, line: string])[] = [
  ['an MD5 sum', `stored 9e107d9d372bb6826bd81d3542a419d6 as invoice.pdf`],
  ['a named MD5 sum', `etag=9e107d9d372bb6826bd81d3542a419d6 md5: ${T}`],
  ['a SHA-256', `image@sha256:${T}${T}`],
  ['a trace id that nothing names', `done ${T}`],
  ['a trace id that is all zero', json({ trace_id: '0'.repeat(32), span_id: '0'.repeat(16) })],
  ['a traceparent that is all zero', `traceparent: 00-${'0'.repeat(32)}-${'0'.repeat(16)}-00`],
  ['the trace of the parent', `parent_trace_id=${T} linked.trace_id=${T}`],
  ['a stack trace', json({ trace: 'at checkout.js:7' })],
  ['a span that is not its own', `parentSpanId=${S} parent_span_id=${S}`],
  ['a longer hex number', `trace_id=${T}${T}`],
  ['a UUID', `user 4bf92f35-77b3-4da6-a3ce-929d0e0e4736 signed in`],
  ['brackets of something else', `[shop,${T},yes] [a,b,c]`],
  ['a b3 that is no context', `b3=12345678 traceparent=none`],
];
