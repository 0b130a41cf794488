import { expect, test } from 'vitest';
import { correlate } from './correlate';
import { addFirstHops } from './first-hop';
import { line, span } from './spans.fixture';

const access = (
  id: number,
  endMs: number,
  seconds: number,
  more: Parameters<typeof line>[2] = {},
) =>
  line(id, endMs, {
    service: 'envoy',
    ...more,
    attributes: {
      'log.type': 'access',
      'http.request.method': 'POST',
      'url.path': '/checkout',
      'http.response.status_code': 500,
      'http.server.request.duration': seconds,
      ...more.attributes,
    },
  });
const root = span(1, undefined, 10, 600, { kind: 'server', service: 'checkout' });
const inner = span(2, 1, 20, 500, { service: 'checkout' });

test('what the ingress wrote stands above the root of the trace it names, as long as the request took there', () => {
  const {
    spans: [hop, first, second],
    lines,
  } = addFirstHops(
    [root, inner],
    [access(1, 612, 0.612, { trace: 1 }), line(2, 20, { trace: 1, span: 2 })],
  );
  expect(lines.map(({ spanId }) => spanId)).toEqual([hop!.spanId, inner.spanId]);
  expect(hop).toMatchObject({
    service: 'envoy',
    name: 'POST /checkout',
    kind: 'server',
    outcome: 'failed',
    traceId: root.traceId,
    parentSpanId: undefined,
  });
  expect(Number(hop!.endNs - hop!.startNs)).toBe(612_000_000);
  expect(first!.parentSpanId).toBe(hop!.spanId);
  expect(second).toEqual(inner);
  const { tree } = correlate([hop!, first!, second!], []);
  expect(tree.lanes).toHaveLength(1);
  expect(tree.nodes[0]!.span.service).toBe('envoy');
});
test('a line without a trace belongs to the one whose root lies within it, as Loki spells its fields', () => {
  const lines = [
    line(1, 612, {
      service: 'ingress-nginx',
      attributes: {
        log_type: 'access',
        http_request_method: 'GET',
        url_path: '/',
        http_response_status_code: '200',
        http_server_request_duration: '0.612',
      },
    }),
  ];
  expect(addFirstHops([root, inner], lines).spans[0]).toMatchObject({
    service: 'ingress-nginx',
    traceId: root.traceId,
    status: 'unset',
    attributes: { 'http.response.status_code': 200 },
  });
  expect(
    addFirstHops([span(1, undefined, 5_000, 6_000, { kind: 'server' })], lines).spans,
  ).toHaveLength(1);
});
test('each attempt has the hop of its own', () => {
  const attempts = [
    root,
    span(3, undefined, 2_000, 2_600, { kind: 'server', service: 'checkout', trace: 2 }),
  ];
  const { spans: all } = addFirstHops(attempts, [access(1, 2_612, 0.612), access(2, 612, 0.612)]);
  expect(all).toHaveLength(4);
  for (const attempt of attempts) {
    const found = all.find(
      (each) => each.spanId === attempt.spanId && each.traceId === attempt.traceId,
    )!;
    expect(all.find((each) => each.spanId === found.parentSpanId)!.traceId).toBe(attempt.traceId);
  }
});
test('an ingress that traces by itself, lines that are none of access, and lines without a length add nothing', () => {
  const traced = [
    span(9, undefined, 0, 612, { kind: 'server', service: 'envoy' }),
    { ...root, parentSpanId: span(9, undefined, 0, 1).spanId },
  ];
  expect(addFirstHops(traced, [access(1, 612, 0.612, { trace: 1 })]).spans).toBe(traced);
  const spans = [root];
  expect(
    addFirstHops(spans, [
      line(1, 600, { trace: 1 }),
      access(2, 612, 0, { trace: 1, attributes: { 'http.server.request.duration': 'long' } }),
    ]).spans,
  ).toBe(spans);
});

test('a line names its trace, or the root lies within it but for a quarter of a second', () => {
  const hopsOver = (startMs: number, endMs: number, more: Parameters<typeof access>[3] = {}) => {
    const server = span(1, undefined, startMs, endMs, { kind: 'server' });
    return addFirstHops([server], [access(1, 2_000, 1, more)]).spans.length - 1;
  };
  expect(hopsOver(1_000, 2_000)).toBe(1);
  expect(hopsOver(750, 2_250)).toBe(1);
  expect(hopsOver(749, 2_000)).toBe(0);
  expect(hopsOver(1_000, 2_251)).toBe(0);
  expect(hopsOver(50_000, 60_000, { trace: 1 })).toBe(1);
  expect(hopsOver(1_000, 2_000, { trace: 2 })).toBe(0);
});
test('of two proxies in a row the inner stands above the root, in whatever order they wrote', () => {
  const outer = access(1, 700, 0.7, { service: 'outer' });
  const nearer = access(2, 612, 0.612, { service: 'nearer' });
  for (const lines of [
    [outer, nearer],
    [nearer, outer],
  ])
    expect(addFirstHops([root], lines).spans.map(({ service }) => service)).toEqual([
      'nearer',
      'checkout',
    ]);
});
test('the first server that nobody called is the root of its trace', () => {
  const early = span(3, undefined, 5, 8, { kind: 'client' });
  const later = span(4, undefined, 20, 30, { kind: 'server' });
  const orphan = span(5, 77, 15, 30, { kind: 'server' });
  const called = span(6, 3, 6, 7, { kind: 'server' });
  const parentsOf = (...spans: (typeof root)[]) => {
    const found = addFirstHops(spans, [access(1, 612, 0.612, { trace: 1 })]).spans;
    const hop = found.find(({ service }) => service === 'envoy');
    return found.filter(({ parentSpanId }) => hop && parentSpanId === hop.spanId).map(nameOf);
  };
  const nameOf = ({ name }: { name: string }) => name;
  expect(parentsOf(later, early, called, root)).toEqual(['work 1']);
  expect(parentsOf(root, early, called, later)).toEqual(['work 1']);
  expect(parentsOf(later, orphan)).toEqual(['work 5']);
  expect(parentsOf(early, called)).toEqual([]);
});
test('a parent of another trace is no parent', () => {
  const elsewhere = span(9, undefined, 0, 1, { trace: 2 });
  const below = { ...root, parentSpanId: elsewhere.spanId };
  const { spans } = addFirstHops([elsewhere, below], [access(1, 612, 0.612, { trace: 1 })]);
  expect(spans.map(({ service }) => service)).toEqual(['envoy', 'shop', 'checkout']);
});
test('of the roots that lie within a line without a trace it belongs to the earliest', () => {
  const roots = [
    span(2, undefined, 50, 100, { kind: 'server', trace: 2 }),
    span(1, undefined, 10, 600, { kind: 'server', trace: 1 }),
    span(3, undefined, 90, 100, { kind: 'server', trace: 3 }),
  ];
  for (const spans of [roots, roots.toReversed()])
    expect(addFirstHops(spans, [access(1, 612, 0.612)]).spans[0]!.traceId).toBe(roots[1]!.traceId);
});
test('an ingress that traces other requests by itself still stands above this one', () => {
  const other = span(9, undefined, 0, 612, { kind: 'internal', service: 'envoy', trace: 2 });
  const { spans } = addFirstHops([root, other], [access(1, 612, 0.612, { trace: 1 })]);
  expect(spans).toHaveLength(3);
});
test('fifty lines of access are looked at, no more', () => {
  const others = (count: number) =>
    Array.from({ length: count }, (_, index) => access(index, 90_000, 0.1, { trace: 9 }));
  const own = access(99, 612, 0.612, { trace: 1 });
  expect(addFirstHops([root], [...others(49), own]).spans).toHaveLength(2);
  expect(addFirstHops([root], [...others(50), own]).spans).toHaveLength(1);
});
test('a hop lasts from nothing up to a day', () => {
  const lengthsOf = (duration: unknown) =>
    addFirstHops(
      [root],
      [
        access(1, 612, 0, {
          trace: 1,
          attributes: { 'http.server.request.duration': duration as number },
        }),
      ],
    )
      .spans.filter(({ service }) => service === 'envoy')
      .map((hop) => Number(hop.endNs - hop.startNs) / 1e9);
  expect(lengthsOf(0)).toEqual([0]);
  expect(lengthsOf(86_400)).toEqual([86_400]);
  expect(lengthsOf(86_400.001)).toEqual([]);
  expect(lengthsOf(-0.001)).toEqual([]);
  expect(lengthsOf(Infinity)).toEqual([]);
  expect(lengthsOf(undefined)).toEqual([]);
  expect(lengthsOf('0.25')).toEqual([0.25]);
});
test('other logs that tell the length of a request are no hops', () =>
  expect(
    addFirstHops([root], [access(1, 612, 0.612, { trace: 1, attributes: { 'log.type': 'app' } })])
      .spans,
  ).toEqual([root]));
test('a hop is told by its method and path, as far as the line says them', () => {
  const hopOf = (attributes: Record<string, string | number>) => {
    const all = { 'log.type': 'access', 'http.server.request.duration': 0.612, ...attributes };
    return addFirstHops([root], [line(1, 612, { service: 'envoy', trace: 1, attributes: all })])
      .spans[0]!;
  };
  expect(hopOf({ 'http.request.method': 'GET', 'url.path': '/a' }).name).toBe('GET /a');
  expect(hopOf({ 'http.request.method': 'GET' }).name).toBe('GET');
  expect(hopOf({ 'url.path': '/a' }).name).toBe('/a');
  expect(hopOf({})).toEqual({
    traceId: root.traceId,
    spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
    parentSpanId: undefined,
    name: 'request',
    kind: 'server',
    startNs: root.startNs - 10_000_000n,
    endNs: line(1, 612).timeNs,
    ended: true,
    status: 'unset',
    outcome: 'good',
    statusMessage: '',
    service: 'envoy',
    attributes: {
      'log.type': 'access',
      'http.server.request.duration': 0.612,
      'http.request.method': '',
      'url.path': '',
      'throughline.from': 'access log',
    },
    resource: {},
    scope: 'access log',
    events: [],
    links: [],
  });
});
test('a line that became a span belongs to it, one without a trace too; all others stay', () => {
  const other = access(2, 90_000, 0.1);
  const { spans, lines } = addFirstHops([root], [access(1, 612, 0.612), other]);
  expect(lines[0]).toMatchObject({ traceId: root.traceId, spanId: spans[0]!.spanId });
  expect(lines[1]).toBe(other);
  expect(spans[1]).toEqual({ ...root, parentSpanId: spans[0]!.spanId });
});
