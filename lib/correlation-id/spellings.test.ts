import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asCorrelationId, asSearchId, asTraceId, type CorrelationId } from './grammar';
import { canonicalId, spellingsOf, traceIdOf, traceSpellings, triedAs } from './spellings';

const DASHED = '01a20388-0b17-7b95-97ed-0f2f7b2039c6' as CorrelationId;
const PLAIN = '01a203880b177b9597ed0f2f7b2039c6' as CorrelationId;
const ALL = [DASHED, PLAIN, DASHED.toUpperCase(), PLAIN.toUpperCase()] as CorrelationId[];

describe('a UUID', () => {
  test.each(ALL)('has the same spellings as %s, that one first', (id) => {
    expect(spellingsOf(id)[0]).toBe(id);
    expect(new Set(spellingsOf(id))).toEqual(new Set(ALL));
    expect(canonicalId(id)).toBe(PLAIN);
    expect(traceIdOf(id)).toBe(PLAIN);
  });

  test('in mixed case is searched as it is, too', () => {
    const mixed = '01A20388-0b17-7b95-97ed-0f2f7b2039c6' as CorrelationId;
    expect(spellingsOf(mixed)).toEqual([mixed, ...ALL]);
  });
});

describe('any other id', () => {
  test.each([
    'order-12345',
    'ORDER-12345',
    '01ARZ3NDEKTSV4RRFFQ69G5FAV',
    `${PLAIN}0`,
    `x${PLAIN}`,
    `${DASHED}0`,
    `x${DASHED}`,
    '01a20388-0b177b95-97ed-0f2f7b2039c6',
  ])('has one spelling: %s', (text) => {
    const id = asCorrelationId(text)!;
    expect(spellingsOf(id)).toEqual([id]);
    expect(canonicalId(id)).toBe(id);
    expect(traceIdOf(id)).toBeUndefined();
  });

  test('every spelling fits the grammar and leads back to the same id', () =>
    fc.assert(
      fc.property(fc.uuid(), (uuid) => {
        const id = asCorrelationId(uuid)!;
        for (const each of spellingsOf(id)) {
          expect(asCorrelationId(each)).toBe(each);
          expect(canonicalId(each)).toBe(canonicalId(id));
        }
      }),
    ));
});

test('sixteen hex digits may be a trace id of 64 bits', () => {
  expect(traceIdOf('a3ce929d0e0e4736' as CorrelationId)).toBe('0000000000000000a3ce929d0e0e4736');
  expect(traceIdOf('A3CE929D0E0E4736' as CorrelationId)).toBe('0000000000000000a3ce929d0e0e4736');
  expect(traceIdOf('a3ce929d0e0e473' as CorrelationId)).toBeUndefined();
  expect(traceIdOf('xa3ce929d0e0e4736' as CorrelationId)).toBeUndefined();
  expect(traceIdOf('a3ce929d0e0e4736x' as CorrelationId)).toBeUndefined();
  expect(traceIdOf('0'.repeat(32) as CorrelationId)).toBeUndefined();
});

describe('lines may write a trace id', () => {
  test('in capitals, and its lower half as a decimal', () =>
    expect(traceSpellings(asTraceId('4bf92f3577b34da6a3ce929d0e0e4736')!)).toEqual([
      '4bf92f3577b34da6a3ce929d0e0e4736',
      '4BF92F3577B34DA6A3CE929D0E0E4736',
      '11803532876627986230',
    ]));

  test('of 64 bits without its upper half, and without its leading zeros', () =>
    expect(traceSpellings(asTraceId('03ce929d0e0e4736')!)).toEqual([
      '000000000000000003ce929d0e0e4736',
      '03ce929d0e0e4736',
      '3ce929d0e0e4736',
      '000000000000000003CE929D0E0E4736',
      '03CE929D0E0E4736',
      '3CE929D0E0E4736',
      '274317830559516470',
    ]));

  test('but not in so few digits that they could be anything', () =>
    expect(traceSpellings(asTraceId('f')!)).toEqual([
      '0000000000000000000000000000000f',
      '000000000000000f',
      '0000000000000000000000000000000F',
      '000000000000000F',
    ]));

  test.each([
    ['00038d7ea4c68000', '1000000000000000'],
    ['00005af3107a4000', '100000000000000'],
  ])('the decimal of %s has fifteen digits or more', (hex, decimal) =>
    expect(traceSpellings(asTraceId(hex)!)).toContain(decimal),
  );

  test('of eight digits at least without their zeros', () => {
    expect(traceSpellings(asTraceId('abcdef01')!)).toContain('abcdef01');
    expect(traceSpellings(asTraceId('bcdef01')!)).not.toContain('bcdef01');
    expect(traceSpellings(asTraceId('5af3107a3fff')!)).not.toContain('99999999999999');
  });
});

test.each([
  ['order-12345', ['correlation-id', 'lookup-attribute', 'log-text']],
  ['47114', ['lookup-attribute']],
  [DASHED, ['correlation-id', 'uuid-spellings', 'lookup-attribute', 'log-text', 'trace-id']],
  [PLAIN, ['correlation-id', 'uuid-spellings', 'lookup-attribute', 'log-text', 'trace-id']],
  ['a3ce929d0e0e4736', ['correlation-id', 'lookup-attribute', 'log-text', 'trace-id-64-bit']],
  ['0'.repeat(32), ['correlation-id', 'uuid-spellings', 'lookup-attribute', 'log-text']],
])('%s is searched as %j', (id, kinds) => expect(triedAs(asSearchId(id)!)).toEqual(kinds));

test('a business number may have five digits, and needs no more', () => {
  expect(asSearchId('47114')).toBe('47114');
  expect(asSearchId('4711471')).toBe('4711471');
  expect(asSearchId('47114711')).toBe('47114711');
  for (const none of ['4711', 'a7114', '47114a', '4711 4'])
    expect(asSearchId(none)).toBeUndefined();
});
