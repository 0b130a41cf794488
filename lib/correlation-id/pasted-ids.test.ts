import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { idsInLine } from './ids-mentioned';
import { MAX_PASTE, resolvePaste } from './resolve';

const T = '4bf92f3577b34da6a3ce929d0e0e4736';
const S = '00f067aa0ba902b7';
const PARENT = '05e3ac9a4f6e3b90';
const SHORT = 'a3ce929d0e0e4736';
const PADDED = SHORT.padStart(32, '0');
const UUID = '0b64a1c2-4e8c-4d15-8d15-6a2f3c8b7e40';
const ROOT = `1-${T.slice(0, 8)}-${T.slice(8)}`;
const LOWER_HALF = '11803532876627986230';

const found = (text: string) => resolvePaste(text).map(({ kind, id }) => `${kind} ${id}`);
const trace = (id = T) => `trace-id ${id}`;
const span = (id = S) => `span-id ${id}`;
const own = (id: string) => `correlation-id ${id}`;

describe('pasted', () => {
  test.each<[what: string, text: string, ids: string[]]>([
    ['traceparent', `00-${T}-${S}-01`, [trace(), span()]],
    ['traceparent with its name', `traceparent: 00-${T}-${S}-01`, [trace(), span()]],
    ['traceparent in capitals', `TRACEPARENT=00-${T.toUpperCase()}-${S}-01`, [trace(), span()]],
    ['traceparent of a later version', `traceparent: cc-${T}-${S}-01-what`, [trace(), span()]],
    ['traceparent of curl', `curl -H 'traceparent: 00-${T}-${S}-01'`, [trace(), span()]],

    ['b3', `b3: ${T}-${S}-1`, [trace(), span()]],
    ['b3 without its name', `${T}-${S}-1`, [trace(), span()]],
    ['b3 with parent', `b3: ${T}-${S}-1-${PARENT}`, [trace(), span()]],
    ['b3 without sampling', `b3=${T}-${S}`, [trace(), span()]],
    ['b3 of 64 bits', `b3: ${SHORT}-${S}-d`, [trace(PADDED), span()]],
    ['headers of b3', `X-B3-TraceId: ${T}\nX-B3-SpanId: ${S}\nX-B3-Sampled: 1`, [trace(), span()]],
    [
      'headers of b3 with parent',
      `x-b3-traceid: ${T}\r\nx-b3-parentspanid: ${PARENT}\r\nx-b3-spanid: ${S}`,
      [trace(), span()],
    ],
    ['X-B3-TraceId of 64 bits', `X-B3-TraceId: ${SHORT}`, [trace(PADDED)]],

    ['sentry-trace', `sentry-trace: ${T}-${S}-1`, [trace(), span()]],
    ['sentry-trace without sampling', `sentry-trace: ${T}-${S}`, [trace(), span()]],

    ['uber-trace-id', `uber-trace-id: ${T}:${S}:0:1`, [trace()]],
    ['uber-trace-id without its name', `${T}:${S}:0:1`, [trace()]],
    ['uber-trace-id, percent-encoded', `uber-trace-id: ${T}%3A${S}%3A0%3A1`, [trace()]],
    ['uber-trace-id, encoded, without its name', `${T}%3A${S}%3A0%3A1`, [trace()]],
    ['uber-trace-id, encoded twice', `${T}%253A${S}%253A0%253A1`, [trace()]],
    ['uber-trace-id of 64 bits', `uber-trace-id: ${SHORT}:${S}:${PARENT}:1`, [trace(PADDED)]],
    [
      'uber-trace-id without zeros',
      `uber-trace-id: 3ce929d0e0e4736:f067aa0ba902b7:0:1`,
      [trace('3ce929d0e0e4736'.padStart(32, '0'))],
    ],

    ['X-Amzn-Trace-Id', `X-Amzn-Trace-Id: Root=${ROOT};Parent=${S};Sampled=1`, [trace()]],
    ['X-Amzn-Trace-Id with blanks', `Root=${ROOT}; Parent=${S}; Sampled=1`, [trace()]],
    [
      'X-Amzn-Trace-Id with Self',
      `X-Amzn-Trace-Id: Self=1-67891234-12456789abcdef0123456789;Root=${ROOT}`,
      [trace()],
    ],
    [
      'X-Amzn-Trace-Id with Self and blanks',
      `X-Amzn-Trace-Id: Self=1-67891234-12456789abcdef0123456789; Root=${ROOT}`,
      [trace()],
    ],
    [
      'X-Amzn-Trace-Id with Lineage',
      `X-Amzn-Trace-Id: Root=${ROOT};Parent=${S};Sampled=0;Lineage=1:a87bd80c:1|68fd508a:5`,
      [trace()],
    ],
    ['an X-Ray id', ROOT, [trace()]],
    ['an X-Ray id in a link', `https://console.example/xray#/traces/${ROOT}`, [trace()]],

    [
      'X-Cloud-Trace-Context',
      `X-Cloud-Trace-Context: ${T}/67667974448284343;o=1`,
      [trace(), span()],
    ],
    ['X-Cloud-Trace-Context without its name', `${T}/67667974448284343;o=1`, [trace(), span()]],
    ['the name of a trace at Google', `projects/shop-prod/traces/${T}`, [trace()]],

    ['a trace id in capitals', T.toUpperCase(), [trace(), own(T.toUpperCase())]],
    ['a trace id with 0x', `0x${T}`, [trace(), own(`0x${T}`)]],
    [
      'a trace id with dashes and its name',
      `trace_id: 4bf92f35-77b3-4da6-a3ce-929d0e0e4736`,
      [trace()],
    ],
    [
      'a trace id with dashes',
      '4bf92f35-77b3-4da6-a3ce-929d0e0e4736',
      [own('4bf92f35-77b3-4da6-a3ce-929d0e0e4736')],
    ],
    ['a trace id without its leading zero', T.slice(1), [trace(`0${T.slice(1)}`), own(T.slice(1))]],
    ['the same with its name', `traceID=${T.slice(2)}`, [trace(`00${T.slice(2)}`)]],
    ['a trace id in base64', 'S/kvNXezTaajzpKdDg5HNg==', [trace()]],
    ['a trace id in base64 with its name', '"traceId": "S/kvNXezTaajzpKdDg5HNg=="', [trace()]],
    ['a trace id in base64 of URLs', 'traceId=S_kvNXezTaajzpKdDg5HNg', [trace()]],
    ['traceID of 64 bits in logfmt', `level=error traceID=${SHORT} msg="no"`, [trace(PADDED)]],
    ['a page of Jaeger', `https://jaeger.example/trace/${SHORT}?uiFind=x`, [trace(PADDED)]],
    ['a page of Zipkin', `http://zipkin:9411/zipkin/traces/${SHORT}`, [trace(PADDED)]],
    ['a page of Jaeger, 128 bits', `https://jaeger.example/trace/${T}`, [trace()]],
    [
      'a question of Jaeger',
      `https://jaeger.example/api/traces?traceID=${SHORT}&x=1`,
      [trace(PADDED)],
    ],
    [
      'an explored trace in Grafana',
      `https://grafana.example/explore?left=%7B%22queries%22:%5B%7B%22query%22:%22${T}%22%7D%5D%7D`,
      [trace()],
    ],

    [
      'Datadog with its upper half',
      `dd.trace_id=${LOWER_HALF} dd.span_id=67667974448284343 _dd.p.tid=${T.slice(0, 16)}`,
      [trace(), span()],
    ],
    [
      'headers of Datadog',
      `x-datadog-trace-id: ${LOWER_HALF}\nx-datadog-tags: _dd.p.dm=-1,_dd.p.tid=${T.slice(0, 16)}`,
      [trace()],
    ],
    [
      'a number of Datadog beside its upper half',
      `${LOWER_HALF} _dd.p.tid=${T.slice(0, 16)}`,
      [trace()],
    ],
    ['a number of Datadog', LOWER_HALF, [trace(PADDED), own(LOWER_HALF)]],
    ['a short number of Datadog with its name', 'dd.trace_id=255', [trace('ff'.padStart(32, '0'))]],

    ['a span id', S, [span(), own(S)]],
    ['a span id in capitals', S.toUpperCase(), [span(), own(S.toUpperCase())]],
    ['a span id with 0x', `0x${S}`, [span(), own(`0x${S}`)]],
    ['a span id without its leading zeros', S.slice(2), [span(), own(S.slice(2))]],
    ['a span id in base64 with its name', 'spanId: APBnqgupArc=', [span()]],

    ['a UUID in capitals', UUID.toUpperCase(), [own(UUID.toUpperCase())]],
    ['a UUID twice, in two spellings', `${UUID} ${UUID.toUpperCase()}`, [own(UUID)]],
    [
      'a UUID without dashes',
      UUID.replaceAll('-', ''),
      [trace(UUID.replaceAll('-', '')), own(UUID.replaceAll('-', ''))],
    ],

    [
      'a trace id cut at the end of a line',
      `trace_id=${T.slice(0, 20)}\n${T.slice(20)} failed`,
      [trace()],
    ],
    ['the same, indented', `trace ${T.slice(0, 7)}  \r\n    ${T.slice(7)}`, [trace()]],
    ['a UUID cut at the end of a line', `${UUID.slice(0, 13)}\n${UUID.slice(13)}`, [own(UUID)]],
    ['a UUID cut behind a dash', `${UUID.slice(0, 14)}\n${UUID.slice(14)}`, [own(UUID)]],
    [
      'a traceparent cut at the end of a line',
      `00-${T}-${S.slice(0, 4)}\n${S.slice(4)}-01`,
      [trace(), span()],
    ],

    ['a business number', '47114', [own('47114')]],
    ['a business number with its sign', '#47114', [own('47114')]],
    ['a business number in a link', 'https://portal.example/requests/47114?x=1', [own('47114')]],
    ['an id in quotes', '"order-12345",', [own('order-12345')]],
    ['an id in backticks', '`order-12345`', [own('order-12345')]],
    ['an id in brackets', '<(order-12345)>;', [own('order-12345')]],
    ['a trace id in quotes', `'${T}'`, [trace(), own(T)]],
    ['baggage of Sentry', `baggage: sentry-trace_id=${T},sentry-sampled=true`, [trace()]],
    ['a question of Kibana', `trace.id : "${T}"`, [trace()]],
    ['elastic-apm-traceparent', `elastic-apm-traceparent: 00-${T}-${S}-01`, [trace(), span()]],
    ['a value that has another name', `segment=${ROOT} failed`, [trace()]],
    ['Self alone', `X-Amzn-Trace-Id: Self=${ROOT}`, [trace()]],
    [
      'a trace before a labelled id',
      `trace ${T} request_id=order-12345`,
      [own('order-12345'), trace()],
    ],
    [
      'a labelled id of 32 digits',
      `so request_id=order-12345 and request_id=${T}`,
      [own('order-12345'), own(T)],
    ],
    ['a named trace in one word', `traceID:${SHORT}`, [trace(PADDED), own(`traceID:${SHORT}`)]],
    ['b3 at the end of a sentence', `see ${T}-${S}-1.; there`, [trace(), span()]],
    ['uber-trace-id of 64 bits behind a word', `the span ${SHORT}:${S}:0:1`, [trace(PADDED)]],
    ['a span id behind a word', `span ${S} failed`, [span()]],
    ['the span of a parent', `parent-span ${PARENT}`, []],
    ['an id in encoded curly quotes', '%E2%80%9Corder-12345%E2%80%9D', [own('order-12345')]],
    ['an id that is no percent-encoding', 'so request_id=order-1%ff2345', []],
    [
      'the longest id and what ended it',
      `${'x'.repeat(128)}${'.'.repeat(32)}`,
      [own('x'.repeat(128))],
    ],
    ['more than ends a sentence', `${'x'.repeat(128)}${'.'.repeat(33)}`, []],
    ['a table of headers', `x-b3-traceid\t${T}\nx-b3-sampled\t1`, [trace()]],
    ['a longer business number', '4711471', [own('4711471')]],
    ['a line of Spring', `ERROR [shop,${T},${S}] 7 --- no`, [trace(), span()]],
    ['a line of JSON', JSON.stringify({ traceId: T, spanId: S, msg: 'no' }), [trace(), span()]],
    ['ECS', JSON.stringify({ 'trace.id': T, 'span.id': S }), [trace(), span()]],
    ['an access line of a load balancer', `"Root=${ROOT}" "shop.example" "arn:aws:x"`, [trace()]],
  ])('%s: %s', (_what, text, ids) => expect(found(text)).toEqual(ids));
});

describe('no id is read out of', () => {
  test.each([
    ['prose', 'it is broken again, please help'],
    ['four digits', '4711'],
    ['quotes alone', '""'],
    ['a path that ends too early', 'https://portal.example/requests/4711'],
    ['a word in a path', 'https://portal.example/requests/recent'],
    ['a number in a sentence', 'took 47114 ms'],
    ['all zeros with a name', `trace_id=${'0'.repeat(32)}`],
    ['b3 that forbids sampling', 'b3: 0'],
    ['a SHA-256', `sha256:${T}${T} failed`],
    ['lines that only end in hex', `abc 0123456789abcdef\n2026-11-25 failed`],
  ])('%s', (_what, text) => expect(found(text)).toEqual([]));
});

test('two lines that end in ids are two ids', () =>
  expect(found(`trace ${T}\n${UUID}`)).toEqual([trace(), own(UUID)]));

test('an id is read where it was found as what', () => {
  const origins = (text: string) => resolvePaste(text).map(({ from }) => from);
  expect(origins(`sentry-trace: ${T}-${S}-1`)).toEqual(['sentry-trace', 'sentry-trace']);
  expect(origins(`[shop,${T},${S}]`)).toEqual(['Spring', 'Spring']);
  expect(origins(`b3: ${T}-${S}-1`)).toEqual(['b3', 'b3']);
  expect(origins(`${T}:${S}:0:1`)).toEqual(['uber-trace-id']);
  expect(origins(`/trace/${SHORT}`)).toEqual(['a link']);
  expect(origins(`trace_id=${SHORT} span_id=${S}`)).toEqual(['a trace id', 'a span id']);
  expect(origins('S/kvNXezTaajzpKdDg5HNg==')).toEqual(['a trace id']);
  expect(origins(T.slice(1))).toEqual(['a trace id', 'the text itself']);
  expect(origins(S.slice(2))).toEqual(['a span id', 'the text itself']);
  expect(origins(LOWER_HALF)).toEqual(['a number of Datadog', 'the text itself']);
  expect(origins(`${LOWER_HALF} _dd.p.tid=${T.slice(0, 16)}`)).toEqual(['a number of Datadog']);
});

/** Texts that make a careless pattern try everything: long runs of what ids begin with. */
const HOSTILE = [
  'a',
  '0',
  '-',
  '0-',
  'a:',
  'trace_id=',
  'trace_id: "',
  '[,',
  '[a,',
  '%',
  '%2',
  '%25',
  '"\\',
  '00-',
  `${T}-`,
  'Root=1-',
  '/requests/',
  '/trace/',
  'a\n',
  'a \n',
  ' ',
  '\t\n',
  'x-b3-',
  'correlation id ',
  'projects/',
  'dd.',
  '=',
  'a-1_',
];

/** A pattern that backtracks takes hours for one of these: the time limit of the test finds it. */
test.each(HOSTILE)('the longest paste that is made of %j is read', (part) => {
  const text = part.repeat(Math.ceil(MAX_PASTE / part.length)).slice(0, MAX_PASTE);
  for (const end of ['', '!', ':', '"', ']'])
    expect(resolvePaste(text.slice(0, -1) + end).length).toBeLessThanOrEqual(8);
  expect(idsInLine(text.repeat(4)).length).toBeLessThanOrEqual(8);
});

test('any mixture of what ids are made of is survived', () =>
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...HOSTILE, T, S, UUID, LOWER_HALF, '\n'), { maxLength: 60 }),
      (parts) => {
        expect(resolvePaste(parts.join('')).length).toBeLessThanOrEqual(8);
        expect(idsInLine(parts.join('')).length).toBeLessThanOrEqual(8);
      },
    ),
  ));

describe('a line is found later by', () => {
  test.each([
    ['an id of somebody’s own making', 'order for case-1a2b3c4d5e6f m6', ['case-1a2b3c4d5e6f']],
    ['an id in a path', 'GET /orders/ord_8812 200', ['ord_8812']],
    ['a trace id', `done ${T}`, [T]],
    ['a UUID without dashes', `user ${UUID.replaceAll('-', '')}`, [UUID.replaceAll('-', '')]],
  ])('%s', (_what, line, ids) => expect(idsInLine(line)).toEqual(ids));

  test.each([
    ['a time', '2026-11-25T12:00:00.123Z done'],
    ['an address', 'from 10.0.0.1:8080 and ip-10.internal'],
    ['a number', 'took 12345678 ns'],
    ['a word with a digit', 'version-12 of something2'],
    ['a span id', `span ${S}`],
    ['a place in code', 'at checkout.js:123:45'],
    ['half of a longer word', 'case-1a2b3c4d5e6f%20x x@case-1a2b3c4d5e6f'],
  ])('not by %s', (_what, line) => expect(idsInLine(line)).toEqual([]));
});
