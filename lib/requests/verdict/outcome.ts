import type { Correlated } from '../correlation/correlate';
import { laneRoot } from '../correlation/lane-root';

/**
 * Index of the span whose outcome is the request's: the root of the first lane that no other lane
 * set off, in its last attempt.
 */
export function outcomeRoot(request: Correlated): number {
  const { lanes, nodes } = request.tree;
  const setOff = new Set(request.waits.map((wait) => wait.lane));
  const first = Math.max(
    0,
    lanes.findIndex((_, lane) => !setOff.has(lane)),
  );
  if (!request.laneAttempts[first]) return laneRoot(request.tree, first);
  const operationOf = (lane: number) => {
    const { service, name } = nodes[laneRoot(request.tree, lane)]!.span;
    return `${service}\n${name}`;
  };
  const last = lanes.findLastIndex(
    (_, lane) => request.laneAttempts[lane] !== null && operationOf(lane) === operationOf(first),
  );
  return laneRoot(request.tree, last);
}

/** The most attempts that anything of the request took; 1 when nothing was tried again. */
export const attemptCount = (request: Correlated): number =>
  Math.max(
    1,
    ...request.attempts.map((group) => group.members.length),
    ...request.laneAttempts.map((attempt) => attempt?.of ?? 1),
  );
