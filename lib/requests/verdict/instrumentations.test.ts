import { expect, test } from 'vitest';
import { summarizeCulprit } from '@/lib/telemetry/culprit';
import { signatureText } from '@/lib/telemetry/failure-signature';
import type { Span } from '@/lib/telemetry/model';
import { normalizeSpans } from '@/lib/telemetry/otlp/normalize';
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
  '$name, $fault: the signature of the page is that of lists',
  ({ name, fault, service, operation, kind }) => {
    const { request, signature } = verdictOf(name, fault);
    const summary = summarizeCulprit(failurePath(request.tree.nodes.map(({ span }) => span)))!;
    expect(signature).toBe(signatureText(service, operation, kind));
    expect(signatureText(summary.service, summary.name, summary.errorType)).toBe(signature);
  },
);

test('different causes have different signatures', () => {
  for (const { name } of INSTRUMENTATIONS) {
    const kinds = failures.filter((each) => each.name === name).map(({ kind }) => kind);
    expect(new Set(kinds).size).toBe(kinds.length);
  }
});

/** What lists read of a trace: the spans that are not good, and all above them. */
function failurePath(spans: readonly Span[]): Span[] {
  const byId = Map.groupBy(spans, ({ spanId }) => spanId);
  const path = new Set<Span>();
  const climb = (from: Span): void => {
    if (path.has(from)) return;
    path.add(from);
    for (const above of byId.get(from.parentSpanId!) ?? []) climb(above);
  };
  spans.filter(({ outcome }) => outcome !== 'good').forEach(climb);
  return [...path];
}
