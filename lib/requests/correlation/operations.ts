import type { Operation } from '../view/contract';
import type { Correlated } from './correlate';

export const operationKey = (operation: Pick<Operation, 'service' | 'name' | 'kind'>): string =>
  `${operation.service}\n${operation.name}\n${operation.kind}`;

/** The operations of a request, the one with most time of its own first. Pure. */
export function operationsOf(request: Correlated): Operation[] {
  const found = new Map<string, { -readonly [Key in keyof Operation]: Operation[Key] }>();
  request.tree.nodes.forEach(({ span }, index) => {
    const key = operationKey(span);
    const known = found.get(key) ?? {
      service: span.service,
      name: span.name,
      kind: span.kind,
      calls: 0,
      errors: 0,
      totalNs: 0,
      selfNs: 0,
    };
    known.calls += 1;
    known.errors += span.outcome === 'failed' ? 1 : 0;
    known.totalNs += request.duration[index]!;
    known.selfNs += selfTime(request, index);
    found.set(key, known);
  });
  return [...found.values()].sort(
    // Stryker disable next-line EqualityOperator: equivalent, since no two have the same key.
    (a, b) => b.selfNs - a.selfNs || (operationKey(a) < operationKey(b) ? -1 : 1),
  );
}

/** The span's duration less the union of its children's, as far as they lie inside it. */
function selfTime(request: Correlated, index: number): number {
  const from = request.start[index]!;
  const to = from + request.duration[index]!;
  let covered = 0;
  let reached = from;
  // Children are in order of their start, but for clocks set right.
  const children = request.children[index]!.map(
    (child) => [request.start[child]!, request.start[child]! + request.duration[child]!] as const,
  ).sort((a, b) => a[0] - b[0]);
  for (const [start, end] of children) {
    const [low, high] = [Math.max(reached, start), Math.min(to, end)];
    // Stryker disable next-line EqualityOperator: equivalent, since nothing is added of no length.
    if (high <= low) continue;
    covered += high - low;
    reached = high;
  }
  return to - from - covered;
}
