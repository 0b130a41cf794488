import { parser } from '@prometheus-io/lezer-promql';
import type { SyntaxNode } from '@lezer/common';
import type { RecordingRule } from '../model';
import { childrenOf, COMPARISONS, numberOf } from './expression';
import {
  choosesFailures,
  choosesSuccesses,
  isCallMetric,
  isDurationMetric,
  isPlatformMetric,
  isRequestMetric,
  isRetryMetric,
  isSaturationMetric,
  numberIn,
  quantileInName,
  unitMs,
  type LabelMatcher,
  type SelectedSeries,
} from './rule-metrics';

export const RULE_SUBJECTS = [
  'failures',
  'slow_requests',
  'missing_calls',
  'retries',
  'infrastructure',
  'unreadable',
] as const;
export type RuleSubjectKind = (typeof RULE_SUBJECTS)[number];

/** What an alerting rule counts, as far as its expression tells. */
export interface RuleSubject {
  readonly kind: RuleSubjectKind;
  /** Of slow requests: how long one may take; null where the rule compares with the usual. */
  readonly thresholdMs: number | null;
  /** Of slow requests: 0.95 where the rule looks at the 95th percentile. */
  readonly quantile: number | null;
}

const plain = (kind: RuleSubjectKind): RuleSubject => ({ kind, thresholdMs: null, quantile: null });
/** Of a rule that is not known, or that no convention explains. */
export const UNREADABLE = plain('unreadable');
const MAX_DEPTH = 4;

/**
 * What a rule counts, read from its expression by Prometheus's own grammar, through the recording
 * rules it names. Of conditions joined by `and` the first that can be read; alternatives that count
 * different things cannot be read as one.
 */
export function readRuleSubject(
  expression: string,
  recordings: readonly RecordingRule[] = [],
): RuleSubject {
  return readCondition({ text: expression, recordings, depth: 0 }, topOf(expression));
}

const topOf = (expression: string): SyntaxNode => parser.parse(expression).topNode;

interface Reading {
  readonly text: string;
  readonly recordings: readonly RecordingRule[];
  readonly depth: number;
}

function readCondition(reading: Reading, node: SyntaxNode): RuleSubject {
  if (node.name === 'PromQL' || node.name === 'ParenExpr')
    return node.firstChild ? readCondition(reading, node.firstChild) : UNREADABLE;
  if (node.name !== 'BinaryExpr') return readValue(reading, node, undefined, undefined);
  const [left, right] = [node.firstChild!, node.lastChild!];
  const names = new Set([...childrenOf(node)].map(({ name }) => name));
  if (names.has('And')) {
    const subject = readCondition(reading, left);
    return subject.kind === 'unreadable' ? readCondition(reading, right) : subject;
  }
  if (names.has('Or')) return readEither(reading, left, right);
  if (names.has('Unless')) {
    const gone = new Set(seriesIn(reading, right).map(({ metric }) => metric));
    const isGone = seriesIn(reading, left).some(
      (series) => isRequestMetric(series) && gone.has(series.metric),
    );
    return isGone ? plain('missing_calls') : readCondition(reading, left);
  }
  const operator = [...childrenOf(node)].find(({ name }) => COMPARISONS.has(name));
  if (!operator) return readValue(reading, node, undefined, undefined);
  const sign = reading.text.slice(operator.from, operator.to);
  const [onLeft, onRight] = [numberOf(reading.text, left), numberOf(reading.text, right)];
  return onLeft === undefined
    ? readValue(reading, left, sign, onRight)
    : readValue(reading, right, MIRRORED[sign] ?? sign, onLeft);
}

const MIRRORED: Readonly<Record<string, string>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

function readEither(reading: Reading, left: SyntaxNode, right: SyntaxNode): RuleSubject {
  const [one, other] = [readCondition(reading, left), readCondition(reading, right)];
  return one.kind === other.kind ? one : UNREADABLE;
}

/** Of one compared value: which series it is made of, and how. */
function readValue(
  reading: Reading,
  node: SyntaxNode,
  operator: string | undefined,
  threshold: number | undefined,
): RuleSubject {
  const series = seriesIn(reading, node);
  if (series.length === 0) return UNREADABLE;
  if (series.every(isPlatformMetric)) return plain('infrastructure');
  const functions = functionsIn(reading, node);
  const isAbsence = functions.has('absent') || functions.has('absent_over_time');
  if (isAbsence) return plain(series.some(isRequestMetric) ? 'missing_calls' : 'infrastructure');
  if (series.some(isRetryMetric)) return plain('retries');
  const slow = readDuration(reading, node, series, threshold);
  if (slow) return slow;
  const isRising = operator === undefined || operator.startsWith('>') || operator === '!=';
  if (series.some(choosesFailures)) return plain('failures');
  if (series.some(choosesSuccesses)) return plain('failures');
  if (!isRising && series.some(isRequestMetric)) return plain('missing_calls');
  if (isCallsPerRequest(series)) return plain('retries');
  return series.some(isSaturationMetric) ? plain('infrastructure') : UNREADABLE;
}

/** Calls that a service makes for each request it takes in. */
const isCallsPerRequest = (series: readonly SelectedSeries[]): boolean =>
  series.some(isCallMetric) && series.some((each) => !isCallMetric(each) && isRequestMetric(each));

function readDuration(
  reading: Reading,
  node: SyntaxNode,
  series: readonly SelectedSeries[],
  threshold: number | undefined,
): RuleSubject | undefined {
  const isLatencyObjective = series.some(
    ({ metric, matchers }) =>
      /sli_error|burnrate/.test(metric) &&
      matchers.some(({ label, value }) => /slo|objective/.test(label) && /latency/i.test(value)),
  );
  if (isLatencyObjective) return plain('slow_requests');
  const timed = series.filter(isDurationMetric);
  const [first] = timed;
  if (!first) return undefined;
  const unit = unitMs(first);
  const inMs = (value: number | undefined) =>
    value === undefined || unit === undefined ? null : value * unit;
  const slow = (quantile: number | null, thresholdMs: number | null): RuleSubject => ({
    kind: 'slow_requests',
    quantile,
    thresholdMs,
  });
  const isRelative = series.some(({ isOffset }) => isOffset);
  const quantile =
    quantileOf(reading, node) ??
    timed.map((each) => numberIn(each, 'quantile') ?? quantileInName(each)).find(isNumber);
  if (quantile !== undefined) return slow(quantile, isRelative ? null : inMs(threshold));
  const bound = timed.map((each) => numberIn(each, 'le')).find(isNumber);
  if (bound !== undefined) return slow(null, inMs(bound));
  const isMean = timed.some(({ metric }) => metric.endsWith('_sum'));
  // A count of durations is a count: of failures, if it chooses them.
  const isCount = timed.every(({ metric }) => /(_count|_bucket)$/.test(metric));
  if (isCount && !isMean) return undefined;
  if (timed.some(choosesFailures)) return undefined;
  return slow(null, isRelative ? null : inMs(threshold));
}

const isNumber = (value: number | undefined): value is number => value !== undefined;

/** The quantile of `histogram_quantile`; undefined where there is none. */
function quantileOf(reading: Reading, node: SyntaxNode): number | undefined {
  let found: number | undefined;
  forEachCall(reading, node, (name, body, { text }) => {
    if (name !== 'histogram_quantile') return;
    const [argument] = [...childrenOf(body)];
    found ??= argument && numberOf(text, argument);
  });
  return found;
}

function functionsIn(reading: Reading, node: SyntaxNode): Set<string> {
  const found = new Set<string>();
  forEachCall(reading, node, (name) => found.add(name));
  return found;
}

function forEachCall(
  reading: Reading,
  node: SyntaxNode,
  visit: (name: string, body: SyntaxNode, reading: Reading) => void,
): void {
  eachNode(reading, node, (each, at) => {
    const body = each.name === 'FunctionCall' && each.getChild('FunctionCallBody');
    const name = body && each.getChild('FunctionIdentifier');
    if (body && name) visit(at.text.slice(name.from, name.to), body, at);
  });
}

function seriesIn(reading: Reading, node: SyntaxNode): SelectedSeries[] {
  const found: SelectedSeries[] = [];
  eachNode(reading, node, (each, at, isOffset) => {
    if (each.name !== 'VectorSelector') return;
    const series = seriesOf(at.text, each, isOffset);
    if (recordingsOf(at, series).length === 0) found.push(series);
  });
  return found;
}

/** Every node below one, and below what the recorded series there are made of. */
function eachNode(
  reading: Reading,
  node: SyntaxNode,
  visit: (node: SyntaxNode, reading: Reading, isOffset: boolean) => void,
  isOffset = false,
): void {
  visit(node, reading, isOffset);
  const isEarlier = isOffset || node.name === 'OffsetExpr';
  for (const child of childrenOf(node)) eachNode(reading, child, visit, isEarlier);
  if (node.name !== 'VectorSelector') return;
  for (const { query } of recordingsOf(reading, seriesOf(reading.text, node, isOffset)))
    eachNode({ ...reading, text: query, depth: reading.depth + 1 }, topOf(query), visit, isOffset);
}

/** The recording rules that make these series. */
const recordingsOf = (
  { recordings, depth }: Reading,
  { metric, matchers }: SelectedSeries,
): readonly RecordingRule[] =>
  depth >= MAX_DEPTH
    ? []
    : recordings.filter(
        ({ name, labels }) =>
          name === metric &&
          matchers.every(
            ({ label, operator, value }) =>
              operator !== '=' || labels[label] === undefined || labels[label] === value,
          ),
      );

function seriesOf(text: string, node: SyntaxNode, isOffset: boolean): SelectedSeries {
  const list = node.getChild('LabelMatchers');
  const matchers = list ? [...childrenOf(list)].flatMap((each) => matcherOf(text, each)) : [];
  const name = node.getChild('Identifier') ?? list?.getChild('QuotedLabelName');
  return {
    metric: name
      ? unquoted(text.slice(name.from, name.to)).replaceAll('.', '_')
      : (matchers.find(({ label }) => label === '__name__')?.value ?? ''),
    matchers,
    isOffset,
  };
}

function matcherOf(text: string, node: SyntaxNode): LabelMatcher[] {
  const [name, operator, value] = [...childrenOf(node)];
  if (!name || !operator || !value) return [];
  return [
    {
      label: unquoted(text.slice(name.from, name.to)).replaceAll('.', '_'),
      operator: text.slice(operator.from, operator.to),
      value: unquoted(text.slice(value.from, value.to)),
    },
  ];
}

const unquoted = (text: string): string => text.replace(/^["'`]|["'`]$/g, '');
