import { describe, expect, test } from 'vitest';
import type { SpanId, TraceId } from '@/lib/correlation-id/grammar';
import { epochNs } from '@/lib/time/units';
import { outcomeOf } from './conventions';
import { findCulprit, isTransparent, placeSpans, summarizeCulprit } from './culprit';
import type { Attributes, Span } from './model';

interface Shape {
  readonly id?: string;
  readonly kind?: Span['kind'];
  readonly service?: string;
  readonly status?: Span['status'];
  readonly attributes?: Attributes;
  readonly throws?: string;
  readonly from?: number;
  readonly to?: number;
}

/** A span of one trace; its name is its id unless told otherwise. */
function span(name: string, parent: string | undefined, shape: Shape = {}): Span {
  const { id = name, kind = 'internal', status = 'unset', attributes = {}, throws } = shape;
  const evidence = {
    kind,
    status,
    attributes,
    events: throws
      ? [{ name: 'exception', timeNs: epochNs(1n), attributes: { 'exception.type': throws } }]
      : [],
  };
  return {
    traceId: 't' as TraceId,
    spanId: id as SpanId,
    parentSpanId: parent as SpanId | undefined,
    name,
    startNs: epochNs(BigInt(shape.from ?? 0)),
    endNs: epochNs(BigInt(shape.to ?? 100)),
    ended: true,
    ...evidence,
    outcome: outcomeOf(evidence),
    statusMessage: '',
    service: shape.service ?? 'shop',
    resource: {},
    scope: '',
    links: [],
  };
}
const server = { kind: 'server', status: 'error' } as const;
const client = { kind: 'client', status: 'error' } as const;
const layer = { attributes: { 'express.type': 'middleware' } };
const culprit = (...spans: Span[]) => findCulprit(placeSpans(spans));

describe('the culprit is', () => {
  test('found through layers of a framework and spans without an outcome', () =>
    expect(
      summarizeCulprit([
        span('GET /buy', undefined, server),
        span('handler', 'GET /buy', layer),
        span('work', 'handler'),
        span('GET', 'work', client),
        span('GET /stock', 'GET', { ...server, service: 'stock', throws: 'IllegalState' }),
      ]),
    ).toEqual({ service: 'stock', name: 'GET /stock', errorType: 'IllegalState' }));
  test('not looked for below a healthy server', () =>
    expect(
      culprit(
        span('root', undefined, server),
        span('call', 'root', { kind: 'client' }),
        span('cache', 'call', { kind: 'server', service: 'cache' }),
        span('inner', 'cache', { ...server, service: 'disk', throws: 'Boom' }),
      )?.span.name,
    ).toBe('root'));
  test('not looked for below a client that got a good answer', () =>
    expect(
      culprit(
        span('root', undefined, server),
        span('call', 'root', { kind: 'client', attributes: { 'http.status_code': 200 } }),
        span('inner', 'call', { ...server, service: 'disk' }),
      )?.span.name,
    ).toBe('root'));
  test('no message of ASGI, and the span with the exception rather than one without', () =>
    expect(
      culprit(
        span('GET /offer', undefined, { ...server, throws: 'ValueError' }),
        span('GET /offer http send', 'GET /offer', { status: 'error' }),
        span('query', 'GET /offer', client),
      )?.span.name,
    ).toBe('GET /offer'));
  test('in another service although only the caller recorded an exception', () =>
    expect(
      culprit(
        span('root', undefined, { ...server, throws: 'BadGateway' }),
        span('call', 'root', client),
        span('charge', 'call', { ...server, service: 'payments' }),
      )?.span.name,
    ).toBe('charge'));
  test('the operation around the layer that threw, with the exception of the layer', () => {
    const found = culprit(
      span('GET /buy', undefined, server),
      span('middleware', 'GET /buy', layer),
      span('handler', 'middleware', { ...layer, status: 'error', throws: 'TypeError' }),
    );
    expect(found?.span.name).toBe('GET /buy');
    expect(found?.evidence.name).toBe('handler');
  });
  test('what failed under a span that says so rather than under one that says nothing', () =>
    expect(
      culprit(
        span('root', undefined, server),
        span('recommend', 'root'),
        span('recs', 'recommend', { ...client, throws: 'Timeout' }),
        span('charge', 'root', { ...server, service: 'payments' }),
      )?.span.name,
    ).toBe('charge'));
  test('of several one with an exception, then no client, then the longest, then the earliest', () => {
    const root = span('root', undefined, server);
    const among = (...spans: Span[]) => culprit(root, ...spans)?.span.name;
    expect(among(span('a', 'root', client), span('b', 'root', { ...client, throws: 'B' }))).toBe(
      'b',
    );
    expect(among(span('a', 'root', client), span('b', 'root', server))).toBe('b');
    expect(among(span('a', 'root', server), span('b', 'root', { ...server, to: 200 }))).toBe('b');
    expect(
      among(span('a', 'root', { ...server, from: 5, to: 105 }), span('b', 'root', server)),
    ).toBe('b');
  });
  test('the worst of what failed where the first span did not', () =>
    expect(
      culprit(
        span('root', undefined, { kind: 'server' }),
        span('a', 'root', client),
        span('b', 'a', { ...server, service: 'stock' }),
      )?.span.name,
    ).toBe('b'));
  test('not who took a message later, though it threw', () =>
    expect(
      culprit(
        span('root', undefined, server),
        span('send', 'root', { kind: 'producer' }),
        span('take', 'send', { kind: 'consumer', status: 'error', throws: 'Poison' }),
        span('call', 'root', client),
      )?.span.name,
    ).toBe('call'));
  test('what sending a message failed by', () =>
    expect(
      culprit(
        span('root', undefined, server),
        span('send', 'root', { kind: 'producer', status: 'error' }),
        span('POST', 'send', { ...client, throws: 'ECONNREFUSED' }),
      )?.span.name,
    ).toBe('POST'));
  test('not a step of making the connection of a client', () =>
    expect(
      culprit(
        span('root', undefined, server),
        span('GET', 'root', client),
        span('tcp.connect', 'GET', { status: 'error', throws: 'ECONNREFUSED' }),
      ),
    ).toMatchObject({ span: { name: 'GET' }, evidence: { name: 'tcp.connect' } }));
  test('of a kind that names its message where its type says nothing', () =>
    expect(
      summarizeCulprit([span('root', undefined, { ...server, throws: 'Error' })])?.errorType,
    ).toBe('Error'));
  test('who stopped waiting, and not what was given up because of that', () => {
    const stock = { ...server, service: 'stock' };
    const deadline = { ...client, attributes: { 'error.type': 'context.deadlineExceededError' } };
    const givenUp = { ...stock, attributes: { 'rpc.grpc.status_code': 1 } };
    expect(
      culprit(
        span('root', undefined, server),
        span('GET', 'root', deadline),
        span('GET /stock', 'GET', givenUp),
      )?.span.name,
    ).toBe('GET');
    expect(
      culprit(
        span('root', undefined, { ...server, attributes: { 'http.status_code': 499 } }),
        span('inner', 'root', givenUp),
      )?.span.name,
    ).toBe('inner');
    expect(
      culprit(
        span('root', undefined, server),
        span('GET', 'root', deadline),
        span('GET /stock', 'GET', givenUp),
        span('work', 'GET', { ...stock, throws: 'Boom' }),
      )?.span.name,
    ).toBe('work');
  });
  test('none where nothing failed, or only layers', () => {
    expect(culprit(span('root', undefined, { kind: 'server' }))).toBeUndefined();
    const offer = span('GET /offer', undefined, { kind: 'server' });
    expect(culprit(offer, span('x http send', 'GET /offer', { status: 'error' }))).toBeUndefined();
  });
  test('the first span though it looks like a layer: there is no operation around it', () => {
    const alone = { ...layer, status: 'error', throws: 'TypeError' } as const;
    expect(culprit(span('middleware', undefined, alone))).toMatchObject({
      span: { name: 'middleware' },
      evidence: { name: 'middleware' },
    });
  });
});

describe('a failure is not looked for', () => {
  test('below a healthy consumer', () =>
    expect(
      culprit(
        span('root', undefined, server),
        span('take', 'root', { kind: 'consumer' }),
        span('inner', 'take', client),
      )?.span.name,
    ).toBe('root'));
  test.each(['consumer', 'server'] as const)('in a %s that took a message', (kind) =>
    expect(
      culprit(
        span('root', undefined, server),
        span('send', 'root', { kind: 'producer' }),
        span('take', 'send', { kind, status: 'error', throws: 'Poison' }),
      )?.span.name,
    ).toBe('root'),
  );
  test('where it was dealt with, while something else that failed was not', () =>
    expect(
      culprit(
        span('root', undefined),
        span('call', 'root', client),
        span('cache', 'root', { kind: 'server', service: 'cache' }),
        span('inner', 'cache', { ...server, service: 'disk', throws: 'Boom' }),
      )?.span.name,
    ).toBe('call'));
});

describe('where the first span did not fail, the culprit is', () => {
  test('who took its message, if only that failed', () =>
    expect(
      culprit(
        span('root', undefined, { kind: 'server' }),
        span('send', 'root', { kind: 'producer' }),
        span('take', 'send', { kind: 'consumer', status: 'error' }),
      )?.span.name,
    ).toBe('take'));
  test('the worst, in whatever order they came', () => {
    const healthy = span('root', undefined, { kind: 'server' });
    const worst = span('a', 'root', { ...client, throws: 'Boom' });
    expect(culprit(healthy, worst, span('b', 'root', client))?.span.name).toBe('a');
    expect(culprit(healthy, span('0', 'root', client), worst)?.span.name).toBe('a');
  });
  test('the worst, however far below', () =>
    expect(
      culprit(
        span('root', undefined),
        span('call', 'root', client),
        span('work', 'root'),
        span('query', 'work', { ...client, throws: 'Boom' }),
      )?.span.name,
    ).toBe('query'));
  test('a span without a parent that failed, before what failed below another', () =>
    expect(
      culprit(
        span('root', undefined),
        span('query', 'root', { ...client, throws: 'Boom' }),
        span('other', 'lost', server),
      )?.span.name,
    ).toBe('other'));
});

test('what failed in a layer is no more doubtful than what failed beside it', () =>
  expect(
    culprit(
      span('root', undefined, server),
      span('middleware', 'root', layer),
      span('recs', 'middleware', { ...client, throws: 'Timeout' }),
      span('charge', 'root', { ...server, service: 'payments' }),
    )?.span.name,
  ).toBe('recs'));
test('of two exceptions of one service the inner one explains', () =>
  expect(
    culprit(
      span('root', undefined, { ...server, throws: 'Outer' }),
      span('inner', 'root', { status: 'error', throws: 'Inner' }),
    )?.span.name,
  ).toBe('inner'));
test('the longest is the longest whenever it began', () => {
  const root = span('root', undefined, server);
  const short = { ...server, from: 1000, to: 1100 };
  const long = { ...server, from: 1000, to: 1200 };
  expect(culprit(root, span('a', 'root', short), span('b', 'root', long))?.span.name).toBe('b');
  expect(culprit(root, span('a', 'root', long), span('b', 'root', short))?.span.name).toBe('a');
});

describe('the evidence is', () => {
  const evidenceOf = (...spans: Span[]) => culprit(...spans)?.evidence.name;
  test('no layer whose exception was dealt with, and none without an exception', () => {
    const root = span('root', undefined, server);
    const handled = { ...layer, status: 'ok', throws: 'TypeError' } as const;
    expect(evidenceOf(root, span('handler', 'root', handled))).toBe('root');
    expect(evidenceOf(root, span('handler', 'root', { ...layer, status: 'error' }))).toBe('root');
    expect(evidenceOf(root, span('handler', 'root', layer))).toBe('root');
  });
  test('the earliest layer that threw, in whatever order they came', () => {
    const thrown = (name: string, from: number) =>
      span(name, 'root', { ...layer, from, throws: 'TypeError' });
    const [early, late] = [thrown('early', 1), thrown('late', 2)];
    const found = (...steps: Span[]) =>
      findCulprit([
        { span: span('root', undefined, server), parent: -1 },
        ...steps.map((step) => ({ span: step, parent: 0 })),
      ])?.evidence.name;
    expect(found(early, late)).toBe('early');
    expect(found(late, early)).toBe('early');
  });
});

test('a failure passes through what says nothing of an outcome, and answers nobody', () => {
  const isPassed = (shape: Shape) => isTransparent(span('x', undefined, shape));
  expect(isPassed({})).toBe(true);
  expect(isPassed({ kind: 'client' })).toBe(true);
  expect(isPassed({ kind: 'server' })).toBe(false);
  expect(isPassed({ kind: 'consumer' })).toBe(false);
  expect(isPassed({ status: 'ok' })).toBe(false);
  expect(isPassed({ throws: 'Boom' })).toBe(false);
  expect(isPassed({ attributes: { 'http.status_code': 200 } })).toBe(false);
});
test('of a trace in which nothing failed there is nothing to tell', () =>
  expect(summarizeCulprit([span('root', undefined, { kind: 'server' })])).toBeUndefined());

describe('spans are placed', () => {
  test('each after its parent, in whatever order they came', () => {
    const nodes = placeSpans([
      span('c', 'b', { from: 1 }),
      span('b', 'a', { from: 2 }),
      span('a', undefined, { from: 3 }),
    ]);
    expect(nodes.map((node) => [node.span.name, node.parent])).toEqual([
      ['a', -1],
      ['b', 0],
      ['c', 1],
    ]);
  });
  test('a server below the client that shares its id', () => {
    const nodes = placeSpans([
      span('call', undefined, { id: '1', kind: 'client' }),
      span('answer', undefined, { id: '1', kind: 'server', from: 1 }),
      span('inner', '1', { from: 2 }),
    ]);
    expect(nodes.map((node) => node.parent)).toEqual([-1, 0, 1]);
  });
  test('a circle is cut', () => {
    const nodes = placeSpans([span('a', 'b'), span('b', 'a', { from: 1 }), span('x', 'x')]);
    expect(nodes).toHaveLength(3);
    expect(nodes.filter((node) => node.parent < 0)).toHaveLength(2);
  });
});
