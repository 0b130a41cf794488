const RUNNER_NODE = 'pool-b-1';
const SHOP_NODE = 'pool-a-3';
/** Alone, since the clock of a node is that of all its pods. */
const NODE_OF_WRONG_CLOCK = 'pool-a-4';

/** The node that a service of the demo claims to run on. */
export function nodeOf(service: string): string {
  if (service === 'runner') return RUNNER_NODE;
  return service === 'payments' ? NODE_OF_WRONG_CLOCK : SHOP_NODE;
}
