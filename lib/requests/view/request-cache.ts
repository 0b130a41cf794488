import { processState } from '@/lib/config/process-state';
import type { AssembledRequest } from '../discovery/request-collector';

/** What one span or line of an assembled request takes in memory, roughly. */
const BYTES_EACH = 2_000;
const MAX_BYTES = 512 * 1024 * 1024;

const requests = processState('requests.assembled', () => new Map<string, AssembledRequest>());

const sizeOf = ({ view }: AssembledRequest) => (view.spanCount + view.logCount + 1) * BYTES_EACH;
const keyOf = (id: string, revision: string) => `${id} ${revision}`;

/** Keeps an assembled request under its revision, so that its windows come from memory; the least recently used go first. */
export function cacheRequest(gathered: AssembledRequest): void {
  const known = requests();
  const key = keyOf(gathered.view.correlationId, gathered.view.revision);
  known.delete(key);
  known.set(key, gathered);
  let bytes = [...known.values()].reduce((sum, each) => sum + sizeOf(each), 0);
  for (const [oldest, each] of known) {
    if (bytes <= MAX_BYTES || known.size === 1) return;
    known.delete(oldest);
    bytes -= sizeOf(each);
  }
}

export function cachedRequest(id: string, revision: string): AssembledRequest | undefined {
  const known = requests();
  const key = keyOf(id, revision);
  const found = known.get(key);
  if (found) {
    known.delete(key);
    known.set(key, found);
  }
  return found;
}
