import { expect, test } from 'vitest';
import type { Span } from '@/lib/telemetry/model';
import { correlate } from './correlate';
import { span } from './spans.fixture';

const linkTo = ({ traceId, spanId }: Span) => ({ traceId, spanId, attributes: {} });
const orders = { 'messaging.destination.name': 'orders' };
const sent = span(1, undefined, 0, 10, { kind: 'producer', attributes: orders });

test('a consumer below a producer has taken its message, in the same lane', () => {
  const { waits, unconsumed } = correlate([sent, span(2, 1, 50, 60, { kind: 'consumer' })], []);
  expect([waits, unconsumed]).toEqual([[], []]);
});
test('a server of another service below a producer has taken its message: a queue pushed it', () => {
  const pushed = span(2, 1, 50, 60, { kind: 'server', service: 'worker' });
  expect(correlate([sent, pushed], []).unconsumed).toEqual([]);
});
test('the first span of a lane is what its message began, though another seems to begin before', () => {
  const consumer = span(2, undefined, 50, 60, { trace: 2, links: [linkTo(sent)] });
  const orphan = span(3, 9, 40, 45, { trace: 2 });
  expect(correlate([sent, orphan, consumer], []).waits).toMatchObject([
    { lane: 1, duration: 40e6 },
  ]);
});
test('only a consumer takes a message, and only from a producer', () => {
  const { unconsumed } = correlate([sent, span(2, 1, 50, 60, { kind: 'server' })], []);
  expect(unconsumed).toEqual([{ producer: 0, queue: 'orders', message: 'work 1' }]);
  const below = [span(1, undefined, 0, 9), span(2, 1, 1, 2, { kind: 'consumer' })];
  expect(correlate(below, []).waits).toEqual([]);
});
test('a lane waits from the end of the producer that its first span links to', () => {
  const consumer = span(2, undefined, 50, 60, {
    trace: 2,
    kind: 'consumer',
    links: [linkTo(sent)],
  });
  expect(correlate([sent, consumer], []).waits).toEqual([
    { producer: 0, lane: 1, queue: 'orders', startOffset: 10e6, duration: 40e6 },
  ]);
});
test('of several links the first that was found counts', () => {
  const unknown = span(9, undefined, 0, 1, { trace: 9 });
  const links = [linkTo(unknown), linkTo(sent)];
  const consumer = span(2, undefined, 50, 60, { trace: 2, links });
  expect(correlate([sent, consumer], []).waits).toMatchObject([{ producer: 0, lane: 1 }]);
});
test.each(['server', 'client'] as const)(
  'of a %s and a producer that share the id of a link the producer sent the message',
  (kind) => {
    const twin = span(1, undefined, 5, 8, { kind, service: 'other' });
    const consumer = span(2, undefined, 50, 60, { trace: 2, links: [linkTo(sent)] });
    const { waits, tree } = correlate([twin, sent, consumer], []);
    expect(tree.nodes[waits[0]!.producer]!.span).toBe(sent);
  },
);
test('a link within a lane, or from deeper in a lane, starts no lane but takes the message', () => {
  const same = [sent, span(2, 1, 20, 30, { links: [linkTo(sent)] })];
  const deeper = [
    sent,
    span(2, undefined, 20, 90, { trace: 2 }),
    span(3, 2, 30, 40, { trace: 2, links: [linkTo(sent)] }),
  ];
  const itself = [sent, span(2, undefined, 20, 30, { links: [linkTo(sent)] })];
  for (const spans of [same, deeper, itself]) {
    const { waits, unconsumed } = correlate(spans, []);
    expect([waits, unconsumed]).toEqual([[], []]);
  }
});
test('the queue is what the consumer says, else the producer; begun early is no negative wait', () => {
  const own = { 'messaging.destination.name': 'orders-eu' };
  const consumer = (attributes: Span['attributes']) =>
    span(2, undefined, 5, 60, { trace: 2, attributes, links: [linkTo(sent)] });
  expect(correlate([sent, consumer(own)], []).waits).toMatchObject([
    { queue: 'orders-eu', duration: 0 },
  ]);
  const noText = { 'messaging.destination.name': true };
  expect(correlate([sent, consumer(noText)], []).waits).toMatchObject([{ queue: 'orders' }]);
});
test('a producer that failed sent nothing that could be taken', () =>
  expect(
    correlate([span(1, undefined, 0, 9, { kind: 'producer', status: 'error' })], []),
  ).toMatchObject({ unconsumed: [] }));
test('a message is called by its type where that is text, else by its span', () => {
  const messages: Span['attributes'][] = [
    { 'messaging.message.type': 'order.created' },
    { 'messaging.message.type': 7 },
    {},
  ];
  expect(
    messages.flatMap(
      (attributes) =>
        correlate([span(1, undefined, 0, 9, { kind: 'producer', attributes })], []).unconsumed,
    ),
  ).toEqual([
    { producer: 0, queue: '', message: 'order.created' },
    { producer: 0, queue: '', message: 'work 1' },
    { producer: 0, queue: '', message: 'work 1' },
  ]);
});
test.each(['server', 'client'] as const)(
  'a %s that shares the id of a producer sent no message, though it began before',
  (kind) => {
    const twin = span(1, undefined, -5, 8, { kind, service: 'other' });
    const consumer = span(2, undefined, 50, 60, { trace: 2, links: [linkTo(sent)] });
    const { waits, tree } = correlate([twin, sent, consumer], []);
    expect(tree.nodes[waits[0]!.producer]!.span).toBe(sent);
  },
);
test('a link to a span of another kind than producer starts a lane as well', () => {
  const internal = span(1, undefined, 0, 10);
  const consumer = span(2, undefined, 50, 60, { trace: 2, links: [linkTo(internal)] });
  expect(correlate([internal, consumer], []).waits).toMatchObject([{ producer: 0, lane: 1 }]);
});
test('a lane does not wait for a message that it sent itself', () => {
  const root = span(2, undefined, 0, 90, { links: [linkTo(sent)] });
  const below = { ...sent, parentSpanId: root.spanId };
  expect(correlate([root, below], []).waits).toEqual([]);
});
