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
  for (const each of [lines, lines.toReversed()])
    expect(correlate(spans, each).lines.map((placed) => placed.line.id)).toEqual([
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
test('a span was running from its start to its end, both included', () => {
  const shared = [span(1, undefined, 10, 20), span(1, undefined, 30, 40)];
  const startOf = (at: number) => {
    const { lines, tree } = correlate(shared, [line(1, at, { trace: 1, span: 1 })]);
    return Number(tree.nodes[lines[0]!.node]!.span.startNs - shared[0]!.startNs) / 1e6;
  };
  expect([29.999, 30, 40, 40.001].map(startOf)).toEqual([0, 20, 20, 0]);
});
test('of more than fifty spans that share an id the first fifty are compared', () => {
  const shared = Array.from({ length: 51 }, (_, index) =>
    span(1, undefined, index, 100, { service: `service-${index}` }),
  );
  const serviceOf = (service: string) => {
    const { lines, tree } = correlate(shared, [line(1, 70, { trace: 1, span: 1, service })]);
    return tree.nodes[lines[0]!.node]!.span.service;
  };
  expect(serviceOf('service-49')).toBe('service-49');
  expect(serviceOf('service-50')).toBe('service-0');
});
test('a line stands where its host would have written it by the right clock', () => {
  const calls = [
    span(1, undefined, 0, 100, { kind: 'client', host: 'a' }),
    span(2, 1, 5020, 5080, { kind: 'server', host: 'b' }),
  ];
  const late = line(1, 5050, { resource: { 'k8s.pod.name': 'b' } });
  expect(correlate(calls, [late]).lines).toMatchObject([{ offset: 50e6, skew: -5000e6 }]);
});
