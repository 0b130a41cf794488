import { parser } from '@prometheus-io/lezer-promql';
import type { SyntaxNode } from '@lezer/common';
import { HOUR_MS, MINUTE_MS } from '@/lib/time/units';

/** What can be read in the expression of an alerting rule. */
export interface RuleShape {
  /** What is compared, and with which number: its graph shows how far the threshold is. */
  readonly left: string;
  readonly operator: string;
  readonly threshold: number;
}

/** The comparisons among the nodes of Prometheus's grammar. */
export const COMPARISONS: ReadonlySet<string> = new Set([
  'Gtr',
  'Gte',
  'Lss',
  'Lte',
  'Eql',
  'EqlC',
  'EqlSingle',
  'Neq',
]);
const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: MINUTE_MS,
  h: HOUR_MS,
  d: 24 * HOUR_MS,
  w: 7 * 24 * HOUR_MS,
  y: 365 * 24 * HOUR_MS,
};

/**
 * The first comparison with a number on the left side of `and`, `unless`, `or`; undefined where a
 * rule has none (it fires on presence). Parsed by Prometheus's own grammar.
 */
export function shapeOf(expression: string): RuleShape | undefined {
  const visit = (node: SyntaxNode): RuleShape | undefined => {
    if (node.name !== 'BinaryExpr')
      return node.name === 'ParenExpr' || node.name === 'PromQL' ? visitFirst(node) : undefined;
    const [left, right] = [node.firstChild, node.lastChild];
    if (!left || !right) return undefined;
    const operator = [...childrenOf(node)].find(({ name }) => COMPARISONS.has(name));
    const number = operator && numberOf(expression, right);
    if (operator && number !== undefined)
      return {
        left: expression.slice(left.from, left.to),
        operator: expression.slice(operator.from, operator.to),
        threshold: number,
      };
    return visit(left);
  };
  const visitFirst = (node: SyntaxNode): RuleShape | undefined => {
    for (const child of childrenOf(node)) {
      const found = visit(child);
      if (found) return found;
    }
    return undefined;
  };
  return visit(parser.parse(expression).topNode);
}

export function* childrenOf(node: SyntaxNode): Generator<SyntaxNode> {
  for (let child = node.firstChild; child; child = child.nextSibling) yield child;
}

const NUMBER_NODES = new Set(['NumberDurationLiteral', 'NumberLiteral', 'UnaryExpr']);

/** The number that a node is: `0.05`, `-1.5e3`, `(14.4 * 0.001)`; undefined where it is none. */
export function numberOf(expression: string, node: SyntaxNode): number | undefined {
  if (node.name === 'ParenExpr' && node.firstChild) return numberOf(expression, node.firstChild);
  if (node.name === 'BinaryExpr') return calculated(expression, node);
  if (!NUMBER_NODES.has(node.name)) return undefined;
  const value = Number(expression.slice(node.from, node.to).replace(/\s/g, ''));
  return Number.isFinite(value) ? value : undefined;
}

/** As burn-rate rules write their thresholds. */
function calculated(expression: string, node: SyntaxNode): number | undefined {
  const [left, sign, right] = [...childrenOf(node)];
  if (!left || !sign || !right || right.to !== node.to) return undefined;
  const [a, b] = [numberOf(expression, left), numberOf(expression, right)];
  if (a === undefined || b === undefined) return undefined;
  if (sign.name === 'Mul') return a * b;
  if (sign.name === 'Div') return a / b;
  if (sign.name === 'Add') return a + b;
  return sign.name === 'Sub' ? a - b : undefined;
}

/**
 * The longest range that the expression looks back over; a rule that names recorded series has none
 * of its own.
 */
export function longestRangeMs(expression: string): number {
  let longest = 0;
  parser.parse(expression).iterate({
    enter: (node) => {
      if (node.name !== 'MatrixSelector' && node.name !== 'SubqueryExpr') return;
      const text = expression.slice(node.from, node.to);
      const range = /\[\s*([^\]:]+?)\s*(?::[^\]]*)?\]\s*$/.exec(text)?.[1];
      if (range) longest = Math.max(longest, durationMs(range));
    },
  });
  return longest;
}

const DURATION_PARTS = /(\d+(?:\.\d+)?)(ms|[smhdwy])/g;

/** `1h30m`, `0.5s` in milliseconds; 0 for what is not a duration as a whole. */
export function durationMs(text: string): number {
  const parts = [...text.matchAll(DURATION_PARTS)];
  if (parts.map(([part]) => part).join('') !== text) return 0;
  return parts
    .map(([, count, unit]) => Number(count) * UNIT_MS[unit!]!)
    .reduce((sum, each) => sum + each, 0);
}

/** The expression so that an operator behind it means all of it: `a or b` becomes `(a or b)`. */
export function grouped(expression: string): string {
  return parser.parse(expression).topNode.firstChild?.name === 'BinaryExpr'
    ? `(${expression})`
    : expression;
}

/** The name of a recorded series says over what, by convention: `job:errors:rate5m`. */
const RECORDED_RANGE = /(?:rate|increase|ratio_rate|avg|p\d+_)(\d+(?:ms|[smhdwy]))\b/g;
/** Where it is not known. */
const USUAL_RANGE_MS = 5 * MINUTE_MS;

/**
 * How far back lies what an expression sees, by its own ranges or by those its recorded series are
 * named after.
 */
export function reachMs(expression: string): number {
  const own = longestRangeMs(expression);
  if (own > 0) return own;
  return (
    Math.max(
      0,
      ...[...expression.matchAll(RECORDED_RANGE)].map(([, range]) => durationMs(range!)),
    ) || USUAL_RANGE_MS
  );
}
