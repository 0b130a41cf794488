import { resolvePaste, type Candidate } from '@/lib/correlation-id/resolve';
import type { TriedKind } from '@/lib/correlation-id/spellings';
import { fetchJson } from './api-client';

/** A request that a pasted text may mean, and which id in the text says so. */
export interface FoundRequest {
  readonly kind: Candidate['kind'];
  readonly id: string;
  readonly from: Candidate['from'];
  /** The correlation id of its page. */
  readonly open: string;
}

/** An id of the text, and as what it was searched in vain. */
export interface UnknownId {
  readonly id: string;
  readonly tried: readonly TriedKind[];
}

/** What a text leads to: no id at all, ids that no source knows, or requests. */
export type SearchOutcome =
  | { readonly kind: 'no-id' }
  | { readonly kind: 'unknown'; readonly ids: readonly UnknownId[] }
  | { readonly kind: 'found'; readonly requests: readonly FoundRequest[] };

/** A candidate with the server's answer. */
export interface ResolvedId extends Omit<FoundRequest, 'open'>, UnknownId {
  readonly open: string | null;
  readonly found: boolean | null;
}

/**
 * The requests that any text means: an id, a log line, a header, a URL. Only a trace or a span
 * needs the server, to say which request it belongs to. @throws ProblemError
 */
export async function findRequest(text: string): Promise<SearchOutcome> {
  const ids = resolvePaste(text);
  if (ids.length === 0) return { kind: 'no-id' };
  if (ids.every((candidate) => candidate.kind === 'correlation-id'))
    return { kind: 'found', requests: ids.map((each) => ({ ...each, open: each.id })) };
  const query = encodeURIComponent(namedIds(ids));
  const answer = await fetchJson<{ candidates: ResolvedId[] }>(`/api/resolve?q=${query}`);
  const origins = new Map(ids.map(({ kind, id, from }) => [`${kind} ${id}`, from]));
  return outcomeOf(
    answer.candidates.map((each) => ({
      ...each,
      from: origins.get(`${each.kind} ${each.id}`) ?? each.from,
    })),
  );
}

const NAMES = { 'correlation-id': 'correlation_id', 'trace-id': 'trace_id', 'span-id': 'span_id' };

/** Each id by its name: so the server reads what was read here, however long the text was. */
export const namedIds = (ids: readonly Candidate[]): string =>
  ids.map(({ kind, id }) => `${NAMES[kind]}=${id}`).join(' ');

/**
 * What a source knows goes before guesses: once a trace or a span is found, one that is not, or the
 * text taken as an id as it stands, is no choice any more.
 */
export function outcomeOf(candidates: readonly ResolvedId[]): SearchOutcome {
  const known = candidates.filter(({ found }) => found === true);
  const named = candidates.filter(
    ({ kind, from }) => kind === 'correlation-id' && from !== 'the text itself',
  );
  const correlation = candidates.filter(({ kind }) => kind === 'correlation-id');
  const likely = known.length > 0 ? [...named, ...known] : correlation;
  const requests = new Map<string, FoundRequest>();
  for (const { open, kind, id, from } of likely.length > 0 ? likely : candidates)
    if (open !== null && !requests.has(open)) requests.set(open, { kind, id, from, open });
  return requests.size > 0
    ? { kind: 'found', requests: [...requests.values()] }
    : { kind: 'unknown', ids: candidates.map(({ id, tried }) => ({ id, tried })) };
}
