import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SpanId, TraceId } from '@/lib/correlation-id/grammar';
import { outcomeOf } from '@/lib/telemetry/conventions';
import { summarizeCulprit, type CulpritSummary } from '@/lib/telemetry/culprit';
import { pathsAmong } from '@/lib/telemetry/embedded/failure-paths';
import { signatureText } from '@/lib/telemetry/failure-signature';
import type { Span } from '@/lib/telemetry/model';
import { normalizeSpans } from '@/lib/telemetry/otlp/normalize';
import { culpritOfFound } from '@/lib/telemetry/tempo/found-culprit';
import { readFound } from '@/lib/telemetry/tempo/root-summary';
import { foundTraceOf } from '@/lib/telemetry/tempo/search-answer.fixture';
import { epochNs } from '@/lib/time/units';
import { correlate } from '../correlation/correlate';
import { quietContext } from './context.fixture';
import { INSTRUMENTATIONS, requestOf } from './instrumentations.fixture';
import { FAULTS } from './made-up-spans.fixture';
import { determineVerdict } from './verdict';

/** Home, episodes and the request page name a failure alike, whichever source told of it. */

const START_NS = 1_795_000_000_000_000_000n;

/** One span of a random trace; it hangs below an earlier one. */
const shape = fc.record({
  below: fc.nat(),
  kind: fc.constantFrom('internal', 'internal', 'server', 'client', 'consumer', 'producer'),
  service: fc.constantFrom('edge', 'shop', 'stock'),
  status: fc.constantFrom('unset', 'unset', 'ok', 'error', 'error'),
  layer: fc.constantFrom(undefined, undefined, 'express.type', 'koa.type'),
  code: fc.constantFrom(undefined, undefined, 200, 404, 502, '503'),
  throws: fc.constantFrom(undefined, undefined, undefined, 'KeyError', 'Error'),
  message: fc.constantFrom('', 'no stock', 'user 4711 is gone'),
  durationNs: fc.integer({ min: 1_000, max: 1_000_000 }),
} as const);
type Shape = typeof shape extends fc.Arbitrary<infer Value> ? Value : never;

const failedTrace = fc
  .array(shape, { minLength: 1, maxLength: 14 })
  .map((shapes) => shapes.map((each, index) => spanOf(each, index)));

function spanOf(each: Shape, index: number): Span {
  const { kind, service, status, layer, code, throws, message } = each;
  const idOf = (place: number) => (place + 1).toString(16).padStart(16, '0') as SpanId;
  const startNs = epochNs(START_NS + BigInt(index) * 1_000n);
  const isRoot = index === 0;
  const thrown = { 'exception.type': throws ?? '', 'exception.message': message };
  const evidence = {
    kind: isRoot ? ('server' as const) : kind,
    status: isRoot ? ('error' as const) : status,
    attributes: {
      ...(layer && kind === 'internal' && !isRoot ? { [layer]: 'middleware' } : {}),
      ...(code === undefined ? {} : { 'http.status_code': code }),
    },
    events: throws ? [{ timeNs: startNs, name: 'exception', attributes: thrown }] : [],
  };
  return {
    ...evidence,
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736' as TraceId,
    spanId: idOf(index),
    parentSpanId: isRoot ? undefined : idOf(each.below % index),
    name: `op ${String.fromCharCode(97 + (index % 5))}`,
    startNs,
    endNs: epochNs(startNs + BigInt(each.durationNs)),
    ended: true,
    outcome: outcomeOf(evidence),
    statusMessage: evidence.status === 'error' ? message : '',
    service,
    resource: {},
    scope: '',
    links: [],
  };
}

const signatureOf = (culprit: CulpritSummary | undefined) =>
  culprit && signatureText(culprit.service, culprit.name, culprit.errorType);

/** What the embedded store reads of a trace. */
function spansOfPaths(spans: readonly Span[]): Span[] {
  const bytes = (id: string) => Buffer.from(id, 'hex');
  const members = spans.map((span) => ({
    span,
    place: 1,
    trace_id: bytes(span.traceId),
    span_id: bytes(span.spanId),
    parent_span_id: span.parentSpanId ? bytes(span.parentSpanId) : null,
    start_ns: span.startNs,
    is_good: span.outcome === 'good',
  }));
  return pathsAmong(members).map(({ span }) => span);
}

const pageSignature = (spans: readonly Span[]) =>
  determineVerdict(correlate(spans, []), quietContext).signature;

describe('one failure has one signature', () => {
  test('on the page, and from the spans that the embedded store reads', () =>
    fc.assert(
      fc.property(failedTrace, (spans) => {
        const listed = signatureOf(summarizeCulprit(spansOfPaths(spans)));
        expect(listed).toBe(pageSignature(spans) ?? undefined);
      }),
      { numRuns: 2_000 },
    ));

  test("on the page, and from Tempo's search where that tells enough", () => {
    let told = 0;
    fc.assert(
      fc.property(failedTrace, (spans) => {
        const found = culpritOfFound(readFound(foundTraceOf(spans))!);
        if (!found) return;
        told += 1;
        expect(signatureOf(found)).toBe(pageSignature(spans) ?? undefined);
      }),
      { numRuns: 2_000 },
    );
    expect(told).toBeGreaterThan(200);
  });

  test.each(INSTRUMENTATIONS.flatMap(({ name }) => FAULTS.map((fault) => ({ name, fault }))))(
    "of $name, $fault: what Tempo's search tells is never another than the page's",
    ({ name, fault }) => {
      const spans = normalizeSpans(requestOf(name, fault)).items;
      const signature = pageSignature(spans) ?? undefined;
      for (const trace of Map.groupBy(spans, ({ traceId }) => traceId).values()) {
        const found = culpritOfFound(readFound(foundTraceOf(trace))!);
        if (found && signature) expect(signatureOf(found)).toBe(signature);
      }
    },
  );
});
