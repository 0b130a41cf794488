import { queryOptions } from '@tanstack/react-query';
import { fetchJson, sendJson } from '@/components/shell/api-client';
import { ALERT_LISTS_KEY } from '@/components/shell/queries';
import type { AffectedRequestsView, ChangesView, RuleView } from '@/lib/alerts/analysis/contract';
import type { EpisodeList, EpisodeView } from '@/lib/alerts/contract';

export const alertKeys = {
  all: ['alerts'] as const,
  lists: ALERT_LISTS_KEY,
  list: (search: string) => [...ALERT_LISTS_KEY, search] as const,
  episode: (id: string) => ['alerts', 'episode', id] as const,
  affectedRequests: (id: string) => ['alerts', 'affected-requests', id] as const,
  changes: (id: string) => ['alerts', 'changes', id] as const,
  rule: (id: string) => ['alerts', 'rule', id] as const,
};

export const listQuery = (search: string) =>
  queryOptions({
    queryKey: alertKeys.list(search),
    refetchOnMount: 'always',
    queryFn: ({ signal }) => fetchJson<EpisodeList>(`/api/alerts${search && `?${search}`}`, signal),
  });
export const episodeQuery = (id: string) =>
  queryOptions({
    queryKey: alertKeys.episode(id),
    refetchOnMount: 'always',
    queryFn: ({ signal }) => fetchJson<EpisodeView>(`/api/alerts/${id}`, signal),
  });
export const affectedRequestsQuery = (id: string) =>
  queryOptions({
    queryKey: alertKeys.affectedRequests(id),
    queryFn: ({ signal }) =>
      fetchJson<AffectedRequestsView>(`/api/alerts/${id}/affected-requests`, signal),
  });
export const changesQuery = (id: string) =>
  queryOptions({
    queryKey: alertKeys.changes(id),
    queryFn: ({ signal }) => fetchJson<ChangesView>(`/api/alerts/${id}/changes`, signal),
  });
export const ruleQuery = (id: string) =>
  queryOptions({
    queryKey: alertKeys.rule(id),
    queryFn: ({ signal }) => fetchJson<RuleView>(`/api/alerts/${id}/rule`, signal),
  });

/** How often what is counted live is read again, while the alert fires. */
export const LIVE_EVERY_MS = 15_000;

/** @throws ProblemError */
export const addNote = (id: string, text: string): Promise<void> =>
  sendJson(`/api/alerts/${id}/notes`, 'POST', { text });

/** Records what fixed it. @throws ProblemError */
export const recordFix = (id: string, text: string): Promise<void> =>
  sendJson(`/api/alerts/${id}/fix`, 'PUT', { text });
