import { describe, expect, test } from 'vitest';
import { asSpanId, asTraceId } from '@/lib/correlation-id/grammar';
import { epochNs } from '@/lib/time/units';
import type { Span } from './model';
import { chooseParent } from './span-parent';

type Fields = Omit<Partial<Span>, 'spanId' | 'parentSpanId'> & {
  readonly id: string;
  readonly parent?: string;
  readonly from?: bigint;
  readonly to?: bigint;
};

function span({ id, parent, from = 0n, to = 100n, ...fields }: Fields): Span {
  return {
    traceId: asTraceId('1')!,
    spanId: asSpanId(id)!,
    parentSpanId: parent === undefined ? undefined : asSpanId(parent),
    name: 'work',
    kind: 'internal',
    startNs: epochNs(from),
    endNs: epochNs(to),
    ended: true,
    status: 'unset',
    outcome: 'good',
    statusMessage: '',
    service: 'shop',
    attributes: {},
    resource: {},
    scope: '',
    events: [],
    links: [],
    ...fields,
  };
}

const parentOf = (child: Span, ...others: Span[]) =>
  chooseParent(
    child,
    Map.groupBy([...others, child], ({ spanId }) => spanId),
  );

describe('without an id that is shared', () => {
  const root = span({ id: '1' });
  test('the parent is the span it names', () =>
    expect(parentOf(span({ id: '2', parent: '1' }), root)).toEqual({
      parent: root,
      isDoubtful: false,
    }));
  test.each([
    ['names none', span({ id: '2' })],
    ['names one that is not there', span({ id: '2', parent: '9' })],
    ['names itself', span({ id: '2', parent: '2' })],
  ])('a span that %s has none', (_, child) =>
    expect(parentOf(child, root)).toEqual({ parent: undefined, isDoubtful: false }),
  );
});

describe('a server that shares the id of a client', () => {
  const root = span({ id: '1', kind: 'server', service: 'edge' });
  const client = span({ id: '2', parent: '1', kind: 'client', service: 'edge', from: 5n, to: 40n });
  const server = span({ id: '2', parent: '1', kind: 'server', service: 'orders', from: 6n });
  test('is its child, the client the child of what both name', () => {
    expect(parentOf(server, root, client).parent).toBe(client);
    expect(parentOf(client, root, server).parent).toBe(root);
  });
  test('belongs to the client that was waiting, of several', () => {
    const first = { ...client, startNs: epochNs(1n), endNs: epochNs(4n) };
    expect(parentOf(server, root, first, client).parent).toBe(client);
  });
  test('is the parent of what it called on, in a service that says nothing of either', () => {
    const below = span({ id: '3', parent: '2', kind: 'server', service: 'stock', from: 10n });
    expect(parentOf(below, client, server)).toEqual({ parent: server, isDoubtful: false });
  });
  test.each(['producer', 'internal', 'server'] as const)('a %s of its id is no client', (kind) => {
    const other = { ...client, kind };
    expect(parentOf(server, root, other).parent).toBe(root);
  });
  test.each(['consumer', 'internal', 'client'] as const)('a %s is no server', (kind) =>
    expect(parentOf({ ...server, kind }, root, client).parent).toBe(root),
  );
});

describe('of several spans with the id of the parent', () => {
  const reviews = span({ id: '2', kind: 'server', service: 'reviews', from: 5n, to: 40n });
  const ratings = span({ id: '2', kind: 'server', service: 'ratings', from: 10n, to: 60n });
  const below = (fields: Partial<Fields>) => span({ id: '3', parent: '2', from: 12n, ...fields });

  test('it is the one of its service', () =>
    expect(parentOf(below({ service: 'ratings' }), reviews, ratings)).toEqual({
      parent: ratings,
      isDoubtful: false,
    }));
  test.each(['service.instance.id', 'k8s.pod.name', 'host.name', 'process.pid'])(
    'of those of its service the one of its process, by %s',
    (name) => {
      const forked = [1, 2].map((value) => ({ ...reviews, resource: { [name]: value } }));
      const child = below({ service: 'reviews', resource: { [name]: 2 } });
      expect(parentOf(child, ...forked)).toEqual({ parent: forked[1], isDoubtful: false });
    },
  );
  test('a process of another service is none of its own', () => {
    const resource = { 'process.pid': 1 };
    const child = below({ service: 'stock', resource });
    const others = [reviews, { ...ratings, resource }];
    expect(parentOf(child, ...others)).toEqual({ parent: reviews, isDoubtful: true });
  });
  test('it is one that called on, no client or producer', () => {
    for (const kind of ['client', 'producer'] as const) {
      const waiting = { ...reviews, kind };
      expect(parentOf(below({ service: 'stock' }), waiting, ratings).parent).toBe(ratings);
    }
  });
  test.each([
    ['began with it', 5n, 'reviews'],
    ['ended with its start', 60n, 'ratings'],
    ['alone was running', 50n, 'ratings'],
  ])('it is one that %s', (_, from, service) =>
    expect(parentOf(below({ service: 'stock', from }), reviews, ratings)).toMatchObject({
      parent: { service },
      isDoubtful: false,
    }),
  );
  test('it is the earliest and doubtful, where nothing tells', () =>
    expect(parentOf(below({ service: 'stock' }), reviews, ratings)).toEqual({
      parent: reviews,
      isDoubtful: true,
    }));
  test('only the first fifty are compared', () => {
    const others = Array.from({ length: 50 }, () => reviews);
    expect(parentOf(below({ service: 'ratings' }), ...others, ratings)).toEqual({
      parent: reviews,
      isDoubtful: true,
    });
  });
});
