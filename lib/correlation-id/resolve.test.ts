import { describe, expect, test } from 'vitest';
import { holdsId, idsInLine } from './ids-mentioned';
import { MAX_PASTE, resolvePaste } from './resolve';

const UUID = '01a20388-0b17-7b95-97ed-0f2f7b2039c6';
const ULID = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

const all = (text: string) => resolvePaste(text).map(({ kind, id, from }) => [kind, id, from]);

describe('a pasted text gives exactly', () => {
  test('its labelled id, and says what it was taken from', () =>
    expect(all('x-correlation-id: order-12345')).toEqual([
      ['correlation-id', 'order-12345', 'a labelled id'],
    ]));

  test('the id in a link of ours', () =>
    expect(all('see https://portal.example/requests/order-12345?tab=logs now')).toEqual([
      ['correlation-id', 'order-12345', 'a link'],
    ]));

  test('a UUID and a ULID in prose', () =>
    expect(all(`both ${UUID} and ${ULID} failed`)).toEqual([
      ['correlation-id', UUID, 'a UUID'],
      ['correlation-id', ULID, 'a ULID'],
    ]));

  test('trace and span of a traceparent', () =>
    expect(all(`traceparent: 00-${TRACE}-${SPAN}-01`)).toEqual([
      ['trace-id', TRACE, 'traceparent'],
      ['span-id', SPAN, 'traceparent'],
    ]));

  test('nothing of a traceparent whose ids are all zero', () =>
    expect(all(`traceparent: 00-${'0'.repeat(32)}-${'0'.repeat(16)}-01`)).toEqual([]));

  test('trace and span of X-Cloud-Trace-Context', () =>
    expect(all(`X-Cloud-Trace-Context: ${TRACE}/255;o=1`)).toEqual([
      ['trace-id', TRACE, 'X-Cloud-Trace-Context'],
      ['span-id', '00000000000000ff', 'X-Cloud-Trace-Context'],
    ]));

  test.each(['0', '18446744073709551616', '99999999999999999999'])(
    'only the trace where the decimal span id is %s',
    (decimal) =>
      expect(all(`context: ${TRACE}/${decimal}`)).toEqual([
        ['trace-id', TRACE, 'X-Cloud-Trace-Context'],
      ]),
  );

  test('the trace that an X-Ray id stands for', () =>
    expect(all('the root is 1-5759e988-bd862e3fe1be46a994272793 there')).toEqual([
      ['trace-id', '5759e988bd862e3fe1be46a994272793', 'X-Amzn-Trace-Id'],
    ]));

  test('a trace id in prose', () =>
    expect(all(`trace ${TRACE} failed`)).toEqual([['trace-id', TRACE, 'a trace id']]));

  test('a span id where a label says so', () =>
    expect(all(`spanId = ${SPAN} failed`)).toEqual([['span-id', SPAN, 'a span id']]));

  test('no span id where the label is more than sixteen characters before it', () =>
    expect(all(`span of something else: ${SPAN} failed`)).toEqual([]));

  test('no span id of sixteen hex digits without a label', () =>
    expect(all(`build ${SPAN} failed`)).toEqual([]));

  test('a bare span id, which may be an id of somebody', () =>
    expect(all(SPAN)).toEqual([
      ['span-id', SPAN, 'a span id'],
      ['correlation-id', SPAN, 'the text itself'],
    ]));

  test('an id of somebody’s own making, without the blanks around it', () =>
    expect(all('  order-12345\n')).toEqual([['correlation-id', 'order-12345', 'the text itself']]));

  test('an id once, however often it is there', () =>
    expect(all(`correlation_id=${UUID} request_id=${UUID}`)).toEqual([
      ['correlation-id', UUID, 'a labelled id'],
    ]));

  test('an id without the punctuation that ended its sentence', () =>
    expect(all('request_id=order-12345.:- failed')).toEqual([
      ['correlation-id', 'order-12345', 'a labelled id'],
    ]));

  test('the id inside, not the text around it, where that is no id', () =>
    expect(all(`/requests/order-12345/"quoted"`)).toEqual([
      ['correlation-id', 'order-12345', 'a link'],
    ]));

  test('both where the text itself is an id too', () =>
    expect(all('request_id:order-12345')).toEqual([
      ['correlation-id', 'order-12345', 'a labelled id'],
      ['correlation-id', 'request_id:order-12345', 'the text itself'],
    ]));

  test('eight at most', () => {
    const many = Array.from({ length: 12 }, (_, index) => `request_id=order-1234${index}`);
    expect(resolvePaste(many.join(' '))).toHaveLength(8);
  });

  test('nothing of what lies beyond the longest paste', () => {
    const filler = 'x '.repeat(MAX_PASTE / 2);
    expect(all(`${filler}request_id=order-12345`)).toEqual([]);
  });

  test('what a percent-encoded text says', () =>
    expect(all('q=correlation_id%3Dorder-12345%20failed')).toEqual([
      ['correlation-id', 'order-12345', 'a labelled id'],
    ]));

  test('what a text says that only looks percent-encoded', () =>
    expect(all('100%ff request_id=order-12345')).toEqual([
      ['correlation-id', 'order-12345', 'a labelled id'],
    ]));
});

describe('a line of a log', () => {
  test('gives its ids without the punctuation after them', () =>
    expect(idsInLine('request_id=order-12345.: done')).toEqual(['order-12345']));

  test('gives eight at most', () => {
    const many = Array.from({ length: 9 }, (_, index) => `request_id=order-1234${index}`);
    expect(idsInLine(many.join(' '))).toHaveLength(8);
  });

  test('is read up to 64 KiB', () => {
    const longest = 'request_id=order-12345 '.padEnd(65_536);
    expect(idsInLine(longest)).toEqual(['order-12345']);
    expect(idsInLine(`${longest} `)).toEqual([]);
  });

  test('gives nothing where an id was cut at the longest length', () =>
    expect(idsInLine(`request_id=${'x'.repeat(140)}`)).toEqual([]));
});

describe('a text holds an id', () => {
  test.each([
    'order-12345',
    'at the end: order-12345',
    'order-12345 at the start',
    '(order-12345)',
  ])('in %s', (text) => expect(holdsId(text, 'order-12345')).toBe(true));

  test.each(['order-123456', 'reorder-12345', 'order-12345-2', '_order-12345', 'other'])(
    'not in %s',
    (text) => expect(holdsId(text, 'order-12345')).toBe(false),
  );

  test('after a longer one that it is a part of', () =>
    expect(holdsId('order-123456 then order-12345', 'order-12345')).toBe(true));
});
