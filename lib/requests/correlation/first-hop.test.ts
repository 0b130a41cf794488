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
