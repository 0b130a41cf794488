import type { VerdictContext } from './finding';

/** Nothing is known of before, everything answered, and all is long over. */
export const quietContext: VerdictContext = {
  normalNs: () => null,
  alike: null,
  consumedBefore: () => 0,
  usualWaitNs: () => null,
  callsPerRequest: () => null,
  settled: true,
  incomplete: [],
  nowOffset: 1e15,
};
