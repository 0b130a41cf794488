import { describe, expect, test } from 'vitest';
import { traceIdsInText } from './ids-in-text';

const T = '4bf92f3577b34da6a3ce929d0e0e4736';
const S = '00f067aa0ba902b7';
const ROOT = `1-${T.slice(0, 8)}-${T.slice(8)}`;
const UPPER = T.slice(0, 16);
const LOWER = '11803532876627986230';

const traces = (text: string) => traceIdsInText(text).map(({ traceId }) => traceId);
const spans = (text: string) => traceIdsInText(text).map(({ spanId }) => spanId);
const found = (text: string) =>
  traceIdsInText(text).map(({ traceId, spanId, format }) => [traceId, spanId, format]);

const PREFIXES = [
  '',
  'otel',
  'otel_',
  'otel-',
  'otel.',
  'dd.',
  'dd_',
  'dd-',
  'x-b3-',
  'x_b3_',
  'X-B3-',
  'x-datadog-',
  'x_datadog_',
  'uber-',
  'uber_',
  'lb.',
  'lb_',
  'lb-',
  'x-amzn-',
  'x_amzn_',
  'lb.x_amzn_',
  'lb-x-amzn-',
  'amzn-',
  'amzn_',
  'aws.',
  'aws-',
  'aws_',
  'xray ',
  'xray_',
  'xray-',
  'x-ray-',
  'x_ray_',
  'mdc.',
  'mdc-',
  'mdc_',
  'ctx.',
  'ctx-',
  'ctx_',
  'context.',
  'context-',
  'context_',
];

describe('a name', () => {
  test.each(PREFIXES)('with %j before it is one of a trace, and of a span', (prefix) => {
    for (const name of ['trace_id', 'trace-id', 'trace.id', 'trace id', 'traceid', 'traceId'])
      expect(traces(`${prefix}${name}=${T}`), name).toEqual([T]);
    for (const name of ['span_id', 'span-id', 'span.id', 'span id', 'spanID', 'segmentid'])
      expect(spans(`${prefix}${name}=${S}`), name).toEqual([S]);
  });

  test.each(['a', 'Z', '0', '_', '.', '-', 'parent_', 'link.', 'my-', 'x', 'xb3-'])(
    'with %j before it is another',
    (prefix) => {
      expect(traces(`${prefix}trace_id=${T}`)).toEqual([]);
      expect(spans(`${prefix}span_id=${S}`)).toEqual([]);
    },
  );

  test.each(['(', '[', '{', '"', "'", '\\"', '<', ',', '?', '&', '/', '@', '\n'])(
    'may stand behind %j',
    (before) => expect(traces(`x${before}trace_id=${T}`)).toEqual([T]),
  );

  test.each([
    '=',
    ':',
    '=>',
    '>',
    ': ',
    ' = ',
    '": "',
    '":"',
    `': '`,
    '\\": \\"',
    '\\\\\\":\\\\\\"',
    '\t:\t',
  ])('and its value may have %j between them', (between) =>
    expect(traces(`trace_id${between}${T}`)).toEqual([T]),
  );

  test.each([' ', '', '-', '_', '/', ' is ', '\n=', '=\n', ';', '"""""""""=', `=${' '.repeat(9)}`])(
    'and its value have not %j between them',
    (between) => expect(traces(`trace_id${between}${T}`)).toEqual([]),
  );
});

describe('a value', () => {
  test.each([
    ' ',
    '"',
    "'",
    '\\',
    ',',
    '&',
    '<',
    '>',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    '|',
    '\n',
    ';',
    '.',
    ':',
    '.:;',
  ])('ends at %j', (end) => expect(traces(`trace_id=${T}${end}`)).toEqual([T]));

  test.each(['x', '0', '-', '_', '/x', '=x', '@'])('does not end at %j', (end) =>
    expect(traces(`trace_id=${T}${end}`)).toEqual([]),
  );

  test('of a header is trace and span', () => {
    expect(found(`traceparent: 00-${T}-${S}-01`)[0]).toEqual([T, S, 'traceparent']);
    expect(found(`b3: ${T}-${S}-1`)).toEqual([[T, S, 'b3']]);
    expect(found(`sentry-trace: ${T}-${S}-1`)).toEqual([[T, S, 'sentry-trace']]);
    expect(found(`Sentry_Trace=${T}-${S}`)).toEqual([[T, S, 'sentry-trace']]);
    expect(found(`uber-trace-id: ${T}:${S}:0:1`)).toEqual([[T, S, 'uber-trace-id']]);
    expect(found(`x-amzn-trace-id: Self=${ROOT};Root=${ROOT}`)[0]).toEqual([
      T,
      undefined,
      'X-Amzn-Trace-Id',
    ]);
    for (const name of [
      'x-cloud-trace-context',
      'x_cloud_trace_context',
      'lb.x_cloud_trace_context',
      'lb-x-cloud-trace-context',
      'lb_x_cloud_trace_context',
    ])
      expect(found(`${name}: ${T}/255;o=1`)).toEqual([
        [T, 'ff'.padStart(16, '0'), 'X-Cloud-Trace-Context'],
      ]);
  });

  test('of a header that is no context is none', () => {
    expect(found(`b3: ${T}`)).toEqual([]);
    expect(found('traceparent: 12345678')).toEqual([]);
  });

  test('of a span is no trace', () => {
    expect(found(`span_id=${S}`)).toEqual([[undefined, S, undefined]]);
    expect(found(`span_id=${T}-${S}-1`)).toEqual([]);
    expect(found(`logging.googleapis.com/spanId: ${S}`)).toEqual([[undefined, S, undefined]]);
  });

  test('that is none is left out', () =>
    expect(found(`trace_id=- span_id=none trace_id=${T}`)).toEqual([[T, undefined, undefined]]));
});

describe('a decimal of Datadog', () => {
  test.each(['dd.', 'dd_', 'x-datadog-', 'X_Datadog_'])('has its name with %s', (prefix) => {
    expect(traces(`${prefix}trace_id=255`)).toEqual(['ff'.padStart(32, '0')]);
    expect(spans(`${prefix}span_id=255`)).toEqual(['ff'.padStart(16, '0')]);
  });

  test('is none under another name', () => {
    expect(traces('trace_id=255')).toEqual([]);
    expect(spans('span_id=255')).toEqual([]);
  });

  test.each([
    `_dd.p.tid=${UPPER}`,
    `_dd.p.tid: ${UPPER}`,
    `"_dd.p.tid":"${UPPER}"`,
    `x-datadog-tags: _dd.p.dm=-1,_dd.p.tid=${UPPER},x=y`,
  ])('has its upper half in %s', (tid) => {
    expect(traces(`dd.trace_id=${LOWER} ${tid}`)).toEqual([T]);
    expect(traces(`trace_id=${LOWER} ${tid}`)).toEqual([T]);
  });

  test.each([`_dd.p.tid=${UPPER}0`, `_ddxp.tid=${UPPER}`, `_dd.p.tid=${UPPER.slice(1)}`])(
    'has none in %s',
    (tid) => expect(traces(`dd.trace_id=${LOWER} ${tid}`)).toEqual([T.slice(16).padStart(32, '0')]),
  );
});

describe('a form that nothing else has', () => {
  test.each([
    [`calling 00-${T}-${S}-01 now`],
    [`(00-${T}-${S}-01)`],
    [`x=00-${T.toUpperCase()}-${S}-01,`],
  ])('is a traceparent: %s', (text) => expect(found(text)).toEqual([[T, S, 'traceparent']]));

  test.each([
    `x00-${T}-${S}-01`,
    `000-${T}-${S}-01`,
    `-00-${T}-${S}-01`,
    `00-${T}-${S}-01x`,
    `00-${T}-${S}-010`,
    `ff-${T}-${S}-01`,
    `00-${'0'.repeat(32)}-${S}-01`,
  ])('is no traceparent: %s', (text) => expect(found(text)).toEqual([]));

  test.each([
    [`[shop,${T},${S}]`],
    [`[,${T},${S}]`],
    [`[shop,${T},${S},true]`],
    [`[shop,${T},${S},]`],
    [`[${'x'.repeat(128)},${T},${S}]`],
    [`[${T}-${S}]`],
  ])('is of Spring: %s', (text) => expect(found(text)).toEqual([[T, S, 'Spring']]));

  test('is of Spring with 64 bits', () =>
    expect(found(`[shop,a3ce929d0e0e4736,${S}]`)).toEqual([
      ['a3ce929d0e0e4736'.padStart(32, '0'), S, 'Spring'],
    ]));

  test.each([
    `shop,${T},${S}]`,
    `[shop,${T},${S}`,
    `[shop ${T} ${S}]`,
    `[${T},${S}]`,
    `[a,shop,${T},${S},x,y]`,
    `[shop,${T}0,${S}]`,
    `[shop,${T},${S}0]`,
    `[shop,${T},${S},truely]`,
    `[shop,${T},${S},123]`,
    `[${'x'.repeat(129)},${T},${S}]`,
    `[${T}-${S}-1]`,
    `[${T}_${S}]`,
  ])('is not of Spring: %s', (text) => expect(found(text)).toEqual([]));

  test.each([`"Root=${ROOT}"`, `x;root=${ROOT};Parent=x`, `Root=${ROOT}`])(
    'is the root of X-Ray: %s',
    (text) => expect(found(text)).toEqual([[T, undefined, 'X-Amzn-Trace-Id']]),
  );

  test.each([`xRoot=${ROOT}`, `0Root=${ROOT}`, `Root=${ROOT}0`, `Root=${ROOT}z`, `Self=${ROOT}`])(
    'is no root of X-Ray: %s',
    (text) => expect(found(text)).toEqual([]),
  );

  test.each([`projects/shop-prod/traces/${T}`, `"trace":"projects/shop-prod/traces/${T}"`])(
    'is a name of Google: %s',
    (text) => expect(found(text)).toEqual([[T, undefined, undefined]]),
  );

  test.each([
    `xprojects/shop/traces/${T}`,
    `/projects/shop/traces/${T}`,
    `projects//traces/${T}`,
    `projects/a b/traces/${T}`,
    `projects/shop/traces/${T}0`,
    `projects/shop/traces/${T}x`,
    `projects/${'x'.repeat(129)}/traces/${T}`,
  ])('is no name of Google: %s', (text) => expect(found(text)).toEqual([]));
});

test('each id says where it stands, name and all', () => {
  const text = `no trace_id=${T}; then [shop,${T},${S}]`;
  expect(traceIdsInText(text).map(({ from, to }) => text.slice(from, to))).toEqual([
    `trace_id=${T};`,
    `[shop,${T},${S}]`,
  ]);
  const header = `say b3: ${T}-${S}-1 and span_id: ${S}`;
  expect(traceIdsInText(header).map(({ from, to }) => header.slice(from, to))).toEqual([
    `b3: ${T}-${S}-1`,
    `span_id: ${S}`,
  ]);
});
