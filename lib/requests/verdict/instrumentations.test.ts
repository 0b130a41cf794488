import { expect, test } from 'vitest';
import { summarizeCulprit, type CulpritSummary } from '@/lib/telemetry/culprit';
import { pathsAmong } from '@/lib/telemetry/embedded/failure-paths';
import { signatureText } from '@/lib/telemetry/failure-signature';
import type { Span } from '@/lib/telemetry/model';
import { normalizeSpans } from '@/lib/telemetry/otlp/normalize';
import { culpritOfFound } from '@/lib/telemetry/tempo/found-culprit';
import { readFound } from '@/lib/telemetry/tempo/root-summary';
import { foundTraceOf } from '@/lib/telemetry/tempo/search-answer.fixture';
import { correlate } from '../correlation/correlate';
import { rowIdOf } from '../correlation/tree';
import { quietContext } from './context.fixture';
import type { VerdictContext } from './finding';

import { INSTRUMENTATIONS, requestOf } from './instrumentations.fixture';
import { FAULTS, type Fault } from './made-up-spans.fixture';
import { determineVerdict } from './verdict';

const STATES: Readonly<Record<Fault, string>> = {
  exception: 'failed',
  timeout: 'failed',
  'slow-database': 'slow',
  'missing-consumer': 'incomplete',
  panic: 'failed',
};
/** Everything usually takes 5 ms, and messages are usually taken. */
const CONTEXTS: Partial<Readonly<Record<Fault, Partial<VerdictContext>>>> = {
  'slow-database': { normalNs: () => 5e6 },
  'missing-consumer': { consumedBefore: () => 50 },
};
const cases = INSTRUMENTATIONS.flatMap(({ name, expected }) =>
  FAULTS.map((fault) => ({ name, fault, ...expected[fault] })),
);
const spansOf = (name: string, fault: Fault): Span[] =>
  normalizeSpans(requestOf(name, fault)).items;

const verdictOf = (name: string, fault: Fault) => {
  const request = correlate(spansOf(name, fault), []);
  return { request, ...determineVerdict(request, { ...quietContext, ...CONTEXTS[fault] }) };
};

test.each(cases)(
  '$name, $fault: the verdict names the service, the operation and the cause',
  ({ name, fault, service, operation, cause }) => {
    const { request, ...verdict } = verdictOf(name, fault);
    const culprit = request.tree.nodes.find(
      ({ span }) => rowIdOf(request.tree, span) === verdict.culprit,
    )?.span;
    expect(verdict.state).toBe(STATES[fault]);
    expect([culprit?.service, culprit?.name]).toEqual([service, operation]);
    const sentence = verdict.sentence.map(({ text }) => text).join('');
    expect(sentence).toContain(service);
    expect(sentence).toMatch(cause);
    expect(sentence).not.toContain('Succeeded');
  },
);

const failures = cases.flatMap(({ kind, ...each }) =>
  kind === undefined ? [] : [{ ...each, kind }],
);

test.each(failures)(
  '$name, $fault: page, embedded store and Tempo give it one signature',
  ({ name, fault, service, operation, kind }) => {
    const { request, signature } = verdictOf(name, fault);
    const spans = request.tree.nodes.map(({ span }) => span);
    expect(signature).toBe(signatureText(service, operation, kind));
    expect(signatureOf(summarizeCulprit(spansOfPaths(spans)))).toBe(signature);
    // Where a search does not tell enough, the trace is read.
    const found = culpritOfFound(readFound(foundTraceOf(spans))!);
    expect(signatureOf(found ?? summarizeCulprit(spans))).toBe(signature);
  },
);

test('different causes have different signatures', () => {
  for (const { name } of INSTRUMENTATIONS) {
    const kinds = failures.filter((each) => each.name === name).map(({ kind }) => kind);
    expect(new Set(kinds).size).toBe(kinds.length);
  }
});

const signatureOf = (culprit: CulpritSummary | undefined): string | undefined =>
  culprit && signatureText(culprit.service, culprit.name, culprit.errorType);

/** What the embedded store reads of a trace for its lists. */
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
