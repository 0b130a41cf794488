import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  readDecimalSpanId,
  readDecimalTraceId,
  readSpanId,
  readTraceContext,
  readTraceId,
} from './trace-id-formats';

const T = '4bf92f3577b34da6a3ce929d0e0e4736';
const S = '00f067aa0ba902b7';
const ROOT = `1-${T.slice(0, 8)}-${T.slice(8)}`;
const padded = (hex: string) => hex.padStart(32, '0');

describe('a trace id is spelled', () => {
  test.each([
    [T],
    [T.toUpperCase()],
    [` ${T}\t`],
    [`0x${T}`],
    [`0X${T}`],
    ['4bf92f35-77b3-4da6-a3ce-929d0e0e4736'],
    ['S/kvNXezTaajzpKdDg5HNg=='],
    ['S/kvNXezTaajzpKdDg5HNg'],
    ['S_kvNXezTaajzpKdDg5HNg=='],
    [`projects/shop-prod/traces/${T}`],
    [ROOT],
    [`Root=${ROOT}`],
    [`Self=1-67891234-12456789abcdef0123456789;Root=${ROOT};Sampled=1`],
    [`00-${T}-${S}-01`],
    [`${T}-${S}-1`],
    [`${T}:${S}:0:1`],
    [`${T}/255;o=1`],
  ])('%s', (value) => expect(readTraceId(value)).toBe(T));

  test.each([
    ['a3ce929d0e0e4736', padded('a3ce929d0e0e4736')],
    ['ce929d0e0e4736', padded('ce929d0e0e4736')],
    ['12345678', padded('12345678')],
    ['1234567890123456', padded('1234567890123456')],
    ['11803532876627986230', padded('a3ce929d0e0e4736')],
    ['10000000000000000', padded('2386f26fc10000')],
    ['18446744073709551615', padded('ffffffffffffffff')],
  ])('in 64 bits, or without zeros, or as a decimal: %s', (value, id) =>
    expect(readTraceId(value)).toBe(id),
  );

  test.each([
    '',
    '-',
    'null',
    '1234567',
    `${T}0`,
    `x${T}`,
    `${T}x`,
    '0'.repeat(32),
    '0'.repeat(16),
    '00000000-0000-0000-0000-000000000000',
    'AAAAAAAAAAAAAAAAAAAAAA==',
    'S/kvNXezTaajzpKdDg5HNh==',
    'S/kvNXezTaajzpKdDg5HN==',
    'S/kvNXezTaajzpKdDg5HNgg==',
    'xS/kvNXezTaajzpKdDg5HNg==x',
    '18446744073709551616',
    '4bf92f3577b3-4da6-a3ce-929d0e0e4736',
    'x4bf92f35-77b3-4da6-a3ce-929d0e0e4736',
    '4bf92f35-77b3-4da6-a3ce-929d0e0e4736x',
    `projects//traces/${T}`,
    `projects/a/b/traces/${T}`,
    `projects/a/traces/${T}0`,
    `x projects/a/traces/${T}`,
    `Self=${ROOT}x`,
    `x${ROOT}`,
    `${ROOT}0`,
    `Root=${ROOT}0`,
    `xRoot=${ROOT}`,
    `Root=${ROOT};${'x'.repeat(480)}`,
  ])('not %j', (value) => expect(readTraceId(value)).toBeUndefined());

  test('in any letters and digits, 64 and 128 bits, and read back as itself', () =>
    fc.assert(
      fc.property(fc.bigInt(1n, (1n << 128n) - 1n), (number) => {
        const id = number.toString(16).padStart(32, '0');
        expect(readTraceId(id)).toBe(id);
        expect(readTraceId(Buffer.from(id, 'hex').toString('base64'))).toBe(id);
      }),
    ));
});

describe('the upper half of a trace id', () => {
  const upper = T.slice(0, 16);
  test.each([['11803532876627986230'], ['a3ce929d0e0e4736']])('goes before %s', (lower) =>
    expect(readTraceId(lower, upper)).toBe(T),
  );

  test('goes before a lower half without its zeros', () => {
    expect(readTraceId('ce929d0e0e4736', upper)).toBe(`${upper}00ce929d0e0e4736`);
    expect(readDecimalTraceId('255', upper)).toBe(`${upper}00000000000000ff`);
  });

  test('is left out where the id is whole', () =>
    expect(readTraceId(T, 'ffffffffffffffff')).toBe(T));
});

describe('a decimal by its name', () => {
  test.each([
    ['255', padded('ff')],
    ['1234567890123456', padded('462d53c8abac0')],
    [T, T],
    ['a3ce929d0e0e4736', padded('a3ce929d0e0e4736')],
  ])('%s is the trace %s', (value, id) => expect(readDecimalTraceId(value)).toBe(id));

  test.each([
    ['255', '00000000000000ff'],
    ['67667974448284343', S],
    [S, S],
  ])('%s is the span %s', (value, id) => expect(readDecimalSpanId(value)).toBe(id));

  test.each(['0', '18446744073709551616', 'x255', '255x'])('not %s', (value) => {
    expect(readDecimalTraceId(value)).toBeUndefined();
    expect(readDecimalSpanId(value)).toBeUndefined();
  });
});

describe('a span id is spelled', () => {
  test.each([
    [S],
    [S.toUpperCase()],
    [` ${S} `],
    [`0x${S}`],
    ['f067aa0ba902b7'],
    ['APBnqgupArc='],
    ['APBnqgupArc'],
    ['67667974448284343'],
  ])('%s', (value) => expect(readSpanId(value)).toBe(S));

  test.each([
    '',
    '1234567',
    `${S}0`,
    `x${S}`,
    `${S}x`,
    '0'.repeat(16),
    'APBnqgupArd=',
    'APBnqgupAr=',
    'APBnqgupArcc=',
    'xAPBnqgupArc=x',
    '18446744073709551616',
  ])('not %j', (value) => expect(readSpanId(value)).toBeUndefined());
});

describe('a header says', () => {
  test.each([
    [`00-${T}-${S}-01`, 'traceparent', T, S],
    [`CC-${T.toUpperCase()}-${S}-01-more`, 'traceparent', T, S],
    [`00-${T}-${'0'.repeat(16)}-00`, 'traceparent', T, undefined],
    [`${T}-${S}`, 'b3', T, S],
    [`${T}-${S}-0`, 'b3', T, S],
    [`${T}-${S}-d`, 'b3', T, S],
    [`${T}-${S}-1-05e3ac9a4f6e3b90`, 'b3', T, S],
    [`a3ce929d0e0e4736-${S}-1`, 'b3', padded('a3ce929d0e0e4736'), S],
    [`${T}:${S}:0:1`, 'uber-trace-id', T, S],
    [`1:2:3:0f`, 'uber-trace-id', padded('1'), '2'.padStart(16, '0')],
    [ROOT, 'X-Amzn-Trace-Id', T, undefined],
    [`Root=${ROOT};Parent=${S};Sampled=1`, 'X-Amzn-Trace-Id', T, S],
    [
      `Self=1-67891234-12456789abcdef0123456789; root=${ROOT}; parent=${S}`,
      'X-Amzn-Trace-Id',
      T,
      S,
    ],
    [`Root=${ROOT};Parent=${S}0`, 'X-Amzn-Trace-Id', T, undefined],
    [`${T}/255`, 'X-Cloud-Trace-Context', T, '00000000000000ff'],
    [`${T}/0;o=1`, 'X-Cloud-Trace-Context', T, undefined],
    [`${T}/99999999999999999999;o=1`, 'X-Cloud-Trace-Context', T, undefined],
  ])('%s: %s', (value, format, traceId, spanId) =>
    expect(readTraceContext(value)).toEqual({ format, traceId, spanId }),
  );

  test.each([
    `ff-${T}-${S}-01`,
    `00-${T}-${S}`,
    `00-${T}-${S}-1`,
    `00-${T}-${S}-01x`,
    `x00-${T}-${S}-01`,
    `00-${'0'.repeat(32)}-${S}-01`,
    `${T}-${S}-2`,
    `${T}-${S}-1-05e3`,
    `x${T}-${S}-1`,
    `${T}-${S}-1x`,
    `${T}:${S}:0`,
    `${T}:${S}:0:123`,
    `x${T}:${S}:0:1`,
    `0:${S}:0:1`,
    `${T}/`,
    `${T}/255;o=x`,
    `x${T}/255`,
    `${T}/255;o=1x`,
    `00-${T}-${S}-01-${'x'.repeat(460)}`,
  ])('nothing: %s', (value) => expect(readTraceContext(value)).toBeUndefined());
});
