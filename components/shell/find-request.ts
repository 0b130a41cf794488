import { resolvePaste } from '@/lib/correlation-id/resolve';
import { fetchJson } from './api-client';

/** A request that a pasted text may mean, and which id in the text says so. */
export interface FoundRequest {
  readonly kind: 'correlation-id' | 'trace-id' | 'span-id';
  readonly id: string;
  readonly from: string;
  /** The correlation id of its page. */
  readonly open: string;
}

/** What a text leads to: no id at all, ids that no source knows, or requests. */
export type SearchOutcome =
  | { readonly kind: 'no-id' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'found'; readonly requests: readonly FoundRequest[] };

type Candidate = Omit<FoundRequest, 'open'> & { readonly open: string | null };

/**
 * The requests that any text means: an id, a log line, a header, a URL. Only a trace or a span
 * needs the server, to say which request it belongs to. @throws ProblemError
 */
export async function findRequest(text: string): Promise<SearchOutcome> {
  const ids = resolvePaste(text);
  if (ids.length === 0) return { kind: 'no-id' };
  if (ids.every((candidate) => candidate.kind === 'correlation-id'))
    return { kind: 'found', requests: ids.map((each) => ({ ...each, open: each.id })) };
  const query = encodeURIComponent(ids.map(({ id }) => id).join(' '));
  const { candidates } = await fetchJson<{ candidates: Candidate[] }>(`/api/resolve?q=${query}`);
  const requests = new Map<string, FoundRequest>();
  for (const { open, ...candidate } of candidates)
    if (open !== null && !requests.has(open)) requests.set(open, { ...candidate, open });
  return requests.size > 0
    ? { kind: 'found', requests: [...requests.values()] }
    : { kind: 'unknown' };
}
