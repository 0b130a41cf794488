import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import type { SearchOutcome } from './find-request';
import { SearchAnswer } from './search-answer';

const textOf = (outcome: SearchOutcome) =>
  renderToStaticMarkup(<SearchAnswer outcome={outcome} error={null} onOpen={() => {}} />).replace(
    /<[^>]+>/g,
    ' ',
  );

test('an id that no source knows is said with what it was tried as', () =>
  expect(
    textOf({
      kind: 'unknown',
      ids: [{ id: '00f067aa0ba902b7', tried: ['span-id', 'trace-id-64-bit'] }],
    }),
  ).toMatch(
    /No source knows this id\.\s+00f067aa0ba902b7\s+Tried as span id and trace id of 64 bits\./,
  ));

test('several unknown ids are said each', () =>
  expect(
    textOf({
      kind: 'unknown',
      ids: [
        { id: '00f067aa0ba902b7', tried: ['span-id'] },
        { id: '05e3ac9a4f6e3b90', tried: ['span-id'] },
      ],
    }),
  ).toMatch(/these ids.*00f067aa0ba902b7.*05e3ac9a4f6e3b90/s));

test('a text without an id says what ids are', () =>
  expect(textOf({ kind: 'no-id' })).toMatch(/No id found\..*business numbers 5 digits or more/));

test('a choice says what each id was found as', () =>
  expect(
    textOf({
      kind: 'found',
      requests: [
        { kind: 'trace-id', id: 'a', from: 'traceparent', open: 'order-1' },
        { kind: 'correlation-id', id: 'b', from: 'a labelled id', open: 'order-2' },
      ],
    }),
  ).toMatch(/Which request\?.*trace, from traceparent.*correlation id, from a labelled id/s));
