import { LRUCache } from 'lru-cache';
import { processState } from '@/lib/config/process-state';
import type { AssembledRequest } from '../discovery/request-collector';

/** What one span or line of an assembled request takes in memory, roughly. */
const BYTES_PER_ROW = 2_000;
const MAX_BYTES = 512 * 1024 * 1024;

/** One larger than the whole cache is still kept, alone: its page asks for its windows next. */
const sizeOf = ({ view }: AssembledRequest) =>
  Math.min(MAX_BYTES, (view.spanCount + view.logCount + 1) * BYTES_PER_ROW);

const cache = processState(
  'requests.assembled',
  () => new LRUCache<string, AssembledRequest>({ maxSize: MAX_BYTES, sizeCalculation: sizeOf }),
);

const keyOf = (id: string, revision: string) => `${id} ${revision}`;

/**
 * Keeps an assembled request under its revision, so that its windows come from memory; the least
 * recently used go first.
 */
export function cacheRequest(assembled: AssembledRequest): void {
  cache().set(keyOf(assembled.view.correlationId, assembled.view.revision), assembled);
}

/** The request under a revision; undefined when this process does not hold it (any more). */
export function cachedRequest(id: string, revision: string): AssembledRequest | undefined {
  return cache().get(keyOf(id, revision));
}
