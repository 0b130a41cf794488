import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { resolvePaste } from '@/lib/correlation-id/resolve';
import { namedIds, outcomeOf, type ResolvedId } from './find-request';
import { triedText } from './tried-text';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const candidate = (more: Partial<ResolvedId>): ResolvedId => ({
  kind: 'trace-id',
  id: TRACE,
  from: 'a trace id',
  open: TRACE,
  found: true,
  tried: ['trace-id'],
  ...more,
});
const itself = (id: string) =>
  candidate({ kind: 'correlation-id', id, from: 'the text itself', open: id, found: null });
const opens = (...candidates: ResolvedId[]) => {
  const outcome = outcomeOf(candidates);
  return outcome.kind === 'found' ? outcome.requests.map(({ open }) => open) : outcome.kind;
};

describe('a search leads to', () => {
  test('the request of a trace that is known, not to the text as an id', () =>
    expect(opens(candidate({ open: 'order-12345' }), itself(TRACE))).toEqual(['order-12345']));

  test('one request, where trace and span are both of it', () =>
    expect(
      opens(
        candidate({ open: 'order-12345' }),
        candidate({ kind: 'span-id', id: '00f067aa0ba902b7', open: 'order-12345' }),
      ),
    ).toEqual(['order-12345']));

  test('the text as an id, where no source knows its trace', () =>
    expect(opens(candidate({ found: false }), itself(TRACE))).toEqual([TRACE]));

  test('a labelled id and what is known beside it', () =>
    expect(
      opens(
        candidate({
          kind: 'correlation-id',
          id: 'order-1',
          from: 'a labelled id',
          open: 'order-1',
        }),
        candidate({ open: 'order-2' }),
      ),
    ).toEqual(['order-1', 'order-2']));

  test('the labelled id alone, where nothing else is known', () =>
    expect(
      opens(
        candidate({
          kind: 'correlation-id',
          id: 'order-1',
          from: 'a labelled id',
          open: 'order-1',
          found: null,
        }),
        candidate({ found: false }),
      ),
    ).toEqual(['order-1']));

  test('the page of a trace without spans: its lines may be there', () =>
    expect(opens(candidate({ found: false }))).toEqual([TRACE]));

  test('nothing, and says as what each id was tried', () =>
    expect(
      outcomeOf([candidate({ kind: 'span-id', open: null, found: false, tried: ['span-id'] })]),
    ).toEqual({ kind: 'unknown', ids: [{ id: TRACE, tried: ['span-id'] }] }));
});

test('ids that were read here are read by the server as the same', () =>
  fc.assert(
    fc.property(
      fc.constantFrom(
        `request_id=order-12345 trace ${TRACE}`,
        `traceparent: 00-${TRACE}-00f067aa0ba902b7-01`,
        `uber-trace-id: ${TRACE}:f067aa0ba902b7:0:1`,
        '00f067aa0ba902b7',
        '7234567890123456789',
        'S/kvNXezTaajzpKdDg5HNg==',
        'both 01a20388-0b17-7b95-97ed-0f2f7b2039c6 and 01ARZ3NDEKTSV4RRFFQ69G5FAV',
      ),
      (text) => {
        const ids = resolvePaste(text);
        const again = new Set(resolvePaste(namedIds(ids)).map(({ kind, id }) => `${kind} ${id}`));
        expect(again).toEqual(new Set(ids.map(({ kind, id }) => `${kind} ${id}`)));
      },
    ),
  ));

test('what was tried is one sentence', () => {
  expect(triedText(['span-id', 'trace-id-64-bit'])).toBe(
    'Tried as span id and trace id of 64 bits.',
  );
  expect(triedText(['lookup-attribute'])).toBe('Tried as lookup attribute.');
  expect(triedText(['correlation-id', 'lookup-attribute', 'log-text', 'log-text'])).toBe(
    'Tried as correlation id, lookup attribute and text of log lines.',
  );
  expect(triedText([])).toBe('');
});
