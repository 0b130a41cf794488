// Pure: runs in browsers too.
import { answerCodeOf, hasException, isCancelled, isLayer } from './conventions';
import { failureKindOf } from './failure-signature';
import type { Span } from './model';
import { compareByStart } from './span-identity';
import { chooseParent } from './span-parent';

/** A span and the index of the one around it, -1 where there is none. */
export interface PlacedSpan {
  readonly span: Span;
  readonly parent: number;
}

/** The span that explains a failure. */
export interface Culprit {
  readonly index: number;
  readonly span: Span;
  /** Where it is recorded what went wrong: the span itself, or a layer of the framework in it. */
  readonly evidence: Span;
}

/** Nothing above it failed, up to the first span. */
const TOP = -1;
/** A healthy operation above it, or a message: what happened below did not decide the outcome. */
const SWALLOWED = -2;

/** A step within an operation; what stands alone is an operation, whatever made its span. */
const isStep = ({ span, parent }: PlacedSpan): boolean => parent >= 0 && isLayer(span);

const isFailing = (node: PlacedSpan): boolean => node.span.outcome !== 'good' && !isStep(node);

/**
 * It says nothing of an outcome and answers nobody: a failure passes through it. A healthy server
 * or consumer is where a failure was dealt with.
 */
export function isTransparent(span: Span): boolean {
  if (span.kind === 'server' || span.kind === 'consumer') return false;
  return span.outcome === 'good' && span.status === 'unset' && answerCodeOf(span) === undefined;
}

/**
 * The span that explains why the first span of a trace failed, or, where that did not fail, the
 * worst of what failed below it. A failure is explained by what failed below it, through layers and
 * spans without an outcome; but an exception outranks failures without one in the same service.
 * @param nodes one trace, each after its parent; spans that a failure passes through may be left
 *   out, if `parent` then is the next one around
 */
export function findCulprit(nodes: readonly PlacedSpan[]): Culprit | undefined {
  const above = failingAbove(nodes);
  const records = recordsOf(nodes);
  // Stryker disable next-line ArrowFunction: equivalent, since each is set before it is read.
  const explanation = nodes.map((_, index) => index);
  const candidates: { readonly top: number; readonly culprit: number }[] = [];
  const below = new Map<number, FailingNeighbour[]>();
  for (let index = nodes.length - 1; index >= 0; index -= 1) {
    if (!isFailing(nodes[index]!)) continue;
    explanation[index] = explain({ nodes, records, explanation }, index, below.get(index) ?? []);
    const { index: parent, isDoubtful } = above[index]!;
    if (parent < 0) {
      candidates.push({ top: index, culprit: explanation[index]! });
      continue;
    }
    const siblings = below.get(parent) ?? [];
    siblings.push({ index, isDoubtful });
    below.set(parent, siblings);
  }
  const first = [
    candidates.filter(({ top }) => nodes[top]!.parent < 0),
    candidates.filter(({ top }) => above[top]!.index === TOP),
    candidates,
  ]
    .find((decisive) => decisive.length > 0)
    ?.map(({ culprit }) => culprit)
    .sort(byWeight(nodes, records))[0];
  if (first === undefined) return undefined;
  const { span } = nodes[first]!;
  return { index: first, span, evidence: records[first] ?? span };
}

/** The nearest failing span above another, or below it. */
interface FailingNeighbour {
  readonly index: number;
  /** A span of the application lies between that does not say it failed. */
  readonly isDoubtful: boolean;
}

const NOTHING_ABOVE: FailingNeighbour = { index: TOP, isDoubtful: false };
const DEALT_WITH: FailingNeighbour = { index: SWALLOWED, isDoubtful: false };

/** For each span the nearest failing one above it, through transparent ones. */
function failingAbove(nodes: readonly PlacedSpan[]): FailingNeighbour[] {
  const above: FailingNeighbour[] = [];
  for (const { span, parent } of nodes) {
    const around = nodes[parent];
    if (!around) above.push(NOTHING_ABOVE);
    else if (takesMessage(span, around.span)) above.push(DEALT_WITH);
    else if (isFailing(around)) above.push({ index: parent, isDoubtful: false });
    else if (isStep(around)) above.push(above[parent]!);
    else if (isTransparent(around.span)) above.push({ ...above[parent]!, isDoubtful: true });
    else above.push(DEALT_WITH);
  }
  return above;
}

/** It works on what was sent: nobody waits for it. */
export const takesMessage = (span: Span, around: Span): boolean =>
  around.kind === 'producer' && (span.kind === 'consumer' || span.kind === 'server');

/**
 * What explains a failing span: the weightiest of what failed below it, or itself. What was given
 * up because nobody waited for it any more does not explain why nobody waited.
 */
function explain(
  { nodes, records, explanation }: Explanations,
  index: number,
  below: readonly FailingNeighbour[],
): number {
  const isGivenUp = (each: number) => isCancelled(records[each] ?? nodes[each]!.span);
  const explaining = isGivenUp(index)
    ? below
    : below.filter((child) => !isGivenUp(explanation[child.index]!));
  const direct = explaining.filter(({ isDoubtful }) => !isDoubtful);
  const [best] = (direct.length > 0 ? direct : explaining)
    .map((child) => explanation[child.index]!)
    .sort(byWeight(nodes, records));
  if (best === undefined) return index;
  const isSameService = nodes[index]!.span.service === nodes[best]!.span.service;
  const isOnlyRecord = records[index] !== undefined && records[best] === undefined;
  return isSameService && isOnlyRecord ? index : best;
}

interface Explanations {
  readonly nodes: readonly PlacedSpan[];
  readonly records: readonly (Span | undefined)[];
  readonly explanation: readonly number[];
}

/**
 * For each span where its exception is recorded, if any: in itself, or in a layer of the framework
 * directly in it.
 */
function recordsOf(nodes: readonly PlacedSpan[]): (Span | undefined)[] {
  const operation: number[] = [];
  const records: (Span | undefined)[] = nodes.map((node) =>
    hasException(node.span) && !isStep(node) ? node.span : undefined,
  );
  const steps: { readonly step: Span; readonly within: number }[] = [];
  nodes.forEach((node, index) => {
    const { span } = node;
    operation.push(isStep(node) ? operation[node.parent]! : index);
    // A status of OK says that its exception was dealt with.
    if (isStep(node) && span.outcome !== 'good' && hasException(span))
      steps.push({ step: span, within: operation[index]! });
  });
  // The earliest, in whatever order the spans came.
  steps.sort((a, b) => compareByStart(a.step, b.step));
  for (const { step, within } of steps) records[within] ??= step;
  return records;
}

/** Of several: one with an exception, then no client (it only waited), the longest, the earliest. */
function byWeight(
  nodes: readonly PlacedSpan[],
  records: readonly (Span | undefined)[],
): (a: number, b: number) => number {
  const rank = (index: number) =>
    (records[index] ? 2 : 0) + (nodes[index]!.span.kind === 'client' ? 0 : 1);
  return (first, second) => {
    const [a, b] = [nodes[first]!.span, nodes[second]!.span];
    return (
      rank(second) - rank(first) ||
      Number(b.endNs - b.startNs - (a.endNs - a.startNs)) ||
      compareByStart(a, b)
    );
  };
}

/**
 * The spans of one trace, each after its parent. Where a client and a server share an id the server
 * is the child. A circle of parents is cut at its earliest span.
 */
export function placeSpans(spans: readonly Span[]): PlacedSpan[] {
  const byStart = spans.toSorted(compareByStart);
  const byId = Map.groupBy(byStart, (span) => span.spanId);
  const placed = new Map<Span, number>();
  const nodes: PlacedSpan[] = [];
  for (const span of byStart) {
    const path = new Set<Span>();
    for (
      let next: Span | undefined = span;
      next && !placed.has(next) && !path.has(next);
      next = chooseParent(next, byId).parent
    )
      path.add(next);
    for (const each of [...path].reverse()) {
      const around = chooseParent(each, byId).parent;
      const parent = (around && placed.get(around)) ?? -1;
      placed.set(each, nodes.length);
      nodes.push({ span: each, parent });
    }
  }
  return nodes;
}

/** What a list of requests tells of a culprit; `signatureText` makes its signature of these. */
export interface CulpritSummary {
  readonly service: string;
  readonly name: string;
  /** What kind of failure it is: `failureKindOf`. */
  readonly errorType: string;
}

/** The culprit of one trace. @param spans those that failed at least, and those between them */
export function summarizeCulprit(spans: readonly Span[]): CulpritSummary | undefined {
  const culprit = findCulprit(placeSpans(spans));
  if (!culprit) return undefined;
  const { span, evidence } = culprit;
  return { service: span.service, name: span.name, errorType: failureKindOf(evidence) };
}
