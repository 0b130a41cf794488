import type { Correlated } from '../correlation/correlate';
import { operationKey, operationsOf } from '../correlation/operations';
import type { Difference, Operation } from './contract';

const ORDER: readonly Difference['change'][] = [
  'missing',
  'failing',
  'slower',
  'added',
  'faster',
  'same',
];
/** A change of pace counts from this factor on, if it is also this share of the longer request. */
const FACTOR = 1.5;
const SHARE = 0.05;

/** What two requests did differently, operation by operation. Pure. */
export function differences(here: Correlated, there: Correlated): Difference[] {
  const [ours, theirs] = [byKey(here), byKey(there)];
  const least = SHARE * Math.max(here.durationNs, there.durationNs);
  return [...new Set([...ours.keys(), ...theirs.keys()])]
    .map((key): Difference => {
      const [mine, other] = [ours.get(key), theirs.get(key)];
      const { service, name, kind } = (mine ?? other)!;
      return {
        service,
        name,
        kind,
        change: changeOf(mine, other, least),
        here: figuresOf(mine),
        there: figuresOf(other),
      };
    })
    .sort(
      (a, b) =>
        ORDER.indexOf(a.change) - ORDER.indexOf(b.change) ||
        gap(b) - gap(a) ||
        (operationKey(a) < operationKey(b) ? -1 : 1),
    );
}

const byKey = (request: Correlated) =>
  new Map(operationsOf(request).map((operation) => [operationKey(operation), operation]));
const figuresOf = (operation: Operation | undefined) =>
  operation
    ? {
        calls: operation.calls,
        errors: operation.errors,
        totalNs: operation.totalNs,
        selfNs: operation.selfNs,
      }
    : null;
const gap = ({ here, there }: Difference) => Math.abs((here?.selfNs ?? 0) - (there?.selfNs ?? 0));

function changeOf(
  mine: Operation | undefined,
  other: Operation | undefined,
  leastNs: number,
): Difference['change'] {
  if (!mine) return 'missing';
  if (!other) return 'added';
  if (mine.errors > 0 && other.errors === 0) return 'failing';
  if (Math.abs(mine.selfNs - other.selfNs) < leastNs) return 'same';
  if (mine.selfNs > other.selfNs * FACTOR) return 'slower';
  return other.selfNs > mine.selfNs * FACTOR ? 'faster' : 'same';
}
