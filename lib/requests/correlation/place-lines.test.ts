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

test.each([
  ['of its service', 'ratings', 15, [10, 'ratings']],
  ['that was running, of several of its service', 'reviews', 45, [42, 'reviews']],
  ['that was running, where its service has none of them', 'mesh', 55, [10, 'ratings']],
  ['that is the first, where none was running', 'mesh', 90, [5, 'reviews']],
] as const)(
  'a line that names an id of several spans is of the one %s',
  (_, service, at, right) => {
    const shared = [
      span(1, undefined, 0, 100, { service: 'edge' }),
      span(2, 1, 5, 40, { service: 'reviews' }),
      span(2, 1, 10, 60, { service: 'ratings' }),
      span(2, 1, 42, 48, { service: 'reviews' }),
    ];
    const { lines, tree, start } = correlate(shared, [line(1, at, { trace: 1, span: 2, service })]);
    const { node } = lines[0]!;
    expect([start[node]! / 1e6, tree.nodes[node]!.span.service]).toEqual(right);
  },
);
