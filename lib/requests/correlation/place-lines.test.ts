import { expect, test } from 'vitest';
import { correlate } from './correlate';
import { line, span } from './spans.fixture';

const spans = [span(1, undefined, 0, 100), span(2, 1, 10, 20)];

test.each([
  ['of a known span is attached', { trace: 1, span: 2 }, 1, null],
  ['of a known trace tells that its span is missing', { trace: 1, span: 7 }, -1, 'span_not_found'],
  ['of an unknown trace tells that it is missing', { trace: 7, span: 2 }, -1, 'trace_not_found'],
  ['without a span id tells so', { trace: 1 }, -1, 'no_span_id'],
  ['without a trace id tells so', { span: 2 }, -1, 'no_trace_id'],
  ['without any id tells that the trace is missing', {}, -1, 'no_trace_id'],
] as const)('a line %s', (_, ids, node, unattached) =>
  expect(correlate(spans, [line(1, 15, ids)]).lines).toMatchObject([
    { node, unattached, offset: 15e6, skew: 0 },
  ]),
);
test('lines of one instant are in the order of their ids, which are numbers', () => {
  const lines = [line(11, 5), line(9, 5), line(10, 5), line(2, 6), line(1, 4)];
  expect(correlate(spans, lines).lines.map((placed) => placed.line.id)).toEqual([
    '1',
    '9',
    '10',
    '11',
    '2',
  ]);
});
