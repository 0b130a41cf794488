import { keepPreviousData, queryOptions, type QueryClient } from '@tanstack/react-query';
import { fetchResponse, fetchJson, readNdjson, ProblemError } from '@/components/shell/api-client';
import type { RuleDraft } from '@/lib/dashboards/contract';
import type { DashboardPage } from '@/lib/pages/contract';
import type { DrilldownOperations, DrilldownRequests } from '@/lib/requests/explore/contract';

export type DashboardId = DashboardPage['dashboard'];

/** What is asked of a dashboard: its time and what is chosen, as the URL has them, and how many instants a chart can show. */
export interface Asked {
  readonly id: DashboardId;
  readonly search: string;
  readonly points: number;
}

const EMPTY: Pick<DashboardPage, 'panels' | 'changes' | 'episodes' | 'missing' | 'complete'> = {
  panels: [],
  changes: [],
  episodes: [],
  missing: [],
  complete: false,
};

export const dashboardKey = ({ id, search, points }: Asked) =>
  ['dashboard', id, search, points] as const;

/** The view as it arrives, panel by panel. Asked again, what is there stays on the screen until the new answer is whole. */
export const dashboardQuery = (client: QueryClient, asked: Asked) =>
  queryOptions({
    queryKey: dashboardKey(asked),
    enabled: asked.points > 0,
    queryFn: async ({ signal }): Promise<DashboardPage> => {
      const search = new URLSearchParams(asked.search);
      search.set('points', String(asked.points));
      const response = await fetchResponse(
        `/api/dashboards/${asked.id}?${search}`,
        signal,
        'application/x-ndjson',
      );
      const known = client.getQueryData<DashboardPage>(dashboardKey(asked))?.complete === true;
      let view: DashboardPage | undefined;
      for await (const { panels = [], ...rest } of readNdjson<DashboardPage>(response)) {
        view = {
          ...EMPTY,
          ...view,
          ...rest,
          panels: [...(view?.panels ?? []), ...panels],
        } as DashboardPage;
        if (!known) client.setQueryData(dashboardKey(asked), view);
      }
      if (!view?.complete) throw new ProblemError(0, 'The connection to the portal was lost.');
      return view;
    },
  });

/** What can be chosen; asked when somebody opens a menu. */
export const choicesQuery = (id: DashboardId, chosen: string, wanted: boolean) =>
  queryOptions({
    queryKey: ['dashboard-choices', id, chosen],
    enabled: wanted,
    staleTime: 60_000,
    queryFn: ({ signal }) =>
      fetchJson<Record<string, string[]>>(`/api/dashboards/${id}/choices?${chosen}`, signal),
  });

/** The requests behind a panel, or those that the dashboard lists. */
export const behindQuery = (id: DashboardId, panel: string | null, search: string) =>
  queryOptions({
    queryKey: ['dashboard-requests', id, panel, search],
    queryFn: ({ signal }) =>
      fetchJson<DrilldownRequests>(
        `/api/dashboards/${id}${panel === null ? '' : `/panels/${panel}`}/requests?${search}`,
        signal,
      ),
  });

/** Where the time of these went; asked when somebody opens it. */
export const operationsQuery = (
  id: DashboardId,
  panel: string | null,
  search: string,
  wanted: boolean,
) =>
  queryOptions({
    queryKey: ['dashboard-operations', id, panel, search],
    enabled: wanted,
    queryFn: ({ signal }) =>
      fetchJson<DrilldownOperations>(
        `/api/dashboards/${id}${panel === null ? '' : `/panels/${panel}`}/operations?${search}`,
        signal,
      ),
  });

/** An alert made of a panel. */
export const draftQuery = (id: DashboardId, panel: string, search: string) =>
  queryOptions({
    queryKey: ['dashboard-alert', id, panel, search],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      fetchJson<RuleDraft>(`/api/dashboards/${id}/panels/${panel}/rule-draft?${search}`, signal),
  });
