import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Attributes, Span } from '@/lib/telemetry/model';
import { correlate } from '../correlation/correlate';
import { exception, span } from '../correlation/spans.fixture';
import type { VerdictContext } from './finding';
import { outcomeRoot } from './outcome';
import { determineVerdict } from './verdict';
import { awaitedOf } from './waiting';

/** Codes, good and bad, by the conventions in use. */
const attributes: fc.Arbitrary<Attributes> = fc.constantFrom<Attributes>(
  {},
  {},
  {},
  {},
  {},
  {},
  { 'http.response.status_code': 200 },
  { 'http.response.status_code': 503 },
  { 'http.status_code': '500' },
  { 'rpc.grpc.status_code': 0 },
  { 'rpc.grpc.status_code': 'UNAVAILABLE' },
  { 'grpc.status_code': '14' },
  { error: true },
  { error: 'refused' },
  { 'error.type': 'timeout' },
  { 'otel.status_code': 'ERROR' },
  { 'messaging.destination.name': 'orders' },
  { 'express.type': 'middleware' },
  { component: 'proxy', response_flags: 'UF', 'http.status_code': '503' },
);

const randomSpan = fc.record({
  /** Of its parent among the spans: none for 0, and one that was not found for the last. */
  parent: fc.constantFrom(0, 0, 1, 1, 1, 2, 3, 4, 5, 9),
  trace: fc.constantFrom(1, 1, 1, 2, 3),
  from: fc.nat(100),
  took: fc.nat(100),
  kind: fc.constantFrom<Span['kind']>('server', 'client', 'internal', 'producer', 'consumer'),
  service: fc.constantFrom('edge', 'shop', 'stock'),
  status: fc.constantFrom<Span['status']>('unset', 'unset', 'unset', 'unset', 'ok', 'error'),
  attributes,
  throws: fc.constantFrom(false, false, false, false, true),
  ended: fc.constantFrom(true, true, true, true, true, false),
  links: fc.option(fc.nat(8)),
});

const requests = fc.array(randomSpan, { minLength: 1, maxLength: 9 }).map((shapes) =>
  shapes.map(({ parent, from, took, throws, links, ended, ...more }, index) =>
    span(index + 1, parent === 0 ? undefined : parent, from, ended ? from + took : from, {
      ...more,
      ended,
      events: throws ? exception('KeyError') : [],
      links:
        links === null
          ? []
          : [{ ...span(links + 1, undefined, 0, 0, { trace: 1 }), attributes: {} }].map(
              ({ traceId, spanId }) => ({ traceId, spanId, attributes: {} }),
            ),
    }),
  ),
);

const contexts: fc.Arbitrary<VerdictContext> = fc.record({
  normalNs: fc.constantFrom(
    () => null,
    () => 1e6,
  ),
  alike: fc.constant(null),
  consumedBefore: fc.constantFrom(
    () => 0,
    () => 50,
  ),
  usualWaitNs: fc.constantFrom(
    () => null,
    () => 1e9,
  ),
  callsPerRequest: fc.constant(() => null),
  settled: fc.boolean(),
  incomplete: fc.constantFrom<VerdictContext['incomplete']>(
    [],
    [],
    [{ source: 'Tempo', state: 'partial' }],
    [{ source: 'Loki', state: 'failed' }],
    [{ source: 'Tempo', state: 'searching' }],
  ),
  nowOffset: fc.constantFrom(0, 1e9, 40e9, 1e12),
});

const textOf = ({ sentence }: { sentence: readonly { readonly text: string }[] }) =>
  sentence.map(({ text }) => text).join('');

test('success is only said of a first span that is there, has ended well, and of whole sources', () => {
  let successes = 0;
  fc.assert(
    fc.property(requests, contexts, (spans, context) => {
      const request = correlate(spans, []);
      const verdict = determineVerdict(request, context);
      const root = request.tree.nodes[outcomeRoot(request)]!;
      const isSuccess = verdict.state === 'succeeded';
      expect(/succeeded/i.test(textOf(verdict))).toBe(isSuccess);
      if (!isSuccess) return;
      successes += 1;
      expect(root.span).toMatchObject({ outcome: 'good', ended: true });
      expect(root.orphan).toBe(false);
      expect(context.incomplete).toEqual([]);
      expect(awaitedOf(request, outcomeRoot(request), context)).toEqual([]);
      expect(verdict).toMatchObject({ culprit: null, signature: null });
    }),
    { numRuns: 3_000 },
  );
  // Not because it is never said.
  expect(successes).toBeGreaterThan(0);
});
test('a first span that failed is a failure, whatever else is known, and has a signature', () => {
  fc.assert(
    fc.property(requests, contexts, (spans, context) => {
      const request = correlate(spans, []);
      const { span: root } = request.tree.nodes[outcomeRoot(request)]!;
      const verdict = determineVerdict(request, context);
      if (root.outcome === 'failed') expect(verdict.state).toBe('failed');
      if (verdict.state === 'failed') expect(verdict.signature).not.toBeNull();
    }),
    { numRuns: 2_000 },
  );
});
test('a verdict has one sentence that ends, without nothing and without 0 ns of what has no end', () => {
  fc.assert(
    fc.property(requests, contexts, (spans, context) => {
      const request = correlate(spans, []);
      const verdict = determineVerdict(request, context);
      const text = textOf(verdict);
      expect(text).toMatch(/^\S.*\.$/);
      expect(text).not.toMatch(/undefined|NaN|\.\.|: \.| {2}/);
      const { span: root } = request.tree.nodes[outcomeRoot(request)]!;
      if (!root.ended && verdict.state !== 'failed') expect(text).toMatch(/^Unfinished: /);
    }),
    { numRuns: 2_000 },
  );
});
