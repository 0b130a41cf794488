import { keepPreviousData, queryOptions, type QueryClient } from '@tanstack/react-query';
import { fetchJson, fetchResponse, ProblemError, readNdjson } from '@/components/shell/api-client';
import type { ChoiceList, RuleDraft } from '@/lib/dashboards/contract';
import type { DashboardPage } from '@/lib/pages/contract';
import type { DrilldownOperations, DrilldownRequests } from '@/lib/requests/explore/contract';

export type DashboardId = DashboardPage['dashboard'];

/** Choices change as services come and go. */
const CHOICES_STALE_MS = 60_000;

/** A dashboard with its time and selection, and how many instants a chart can show. */
export interface DashboardRequest {
  readonly id: DashboardId;
  readonly search: string;
  readonly points: number;
}

/**
 * What requests are behind: a panel of a dashboard, or the list below its panels where `panel` is
 * null.
 */
export interface DrilldownRequest {
  readonly id: DashboardId;
  readonly panel: string | null;
  readonly search: string;
}

export const dashboardKeys = {
  view: ({ id, search, points }: DashboardRequest) => ['dashboard', id, search, points] as const,
  choices: (id: DashboardId, search: string) => ['dashboard-choices', id, search] as const,
  drilldown: (id: DashboardId, panel: string | null) => ['dashboard-drilldown', id, panel] as const,
  ruleDraft: (id: DashboardId, panel: string, search: string) =>
    ['dashboard-rule-draft', id, panel, search] as const,
};

const EMPTY: Pick<DashboardPage, 'panels' | 'changes' | 'episodes' | 'missing' | 'complete'> = {
  panels: [],
  changes: [],
  episodes: [],
  missing: [],
  complete: false,
};

/**
 * The view as it arrives, panel by panel. On a refresh, the old view stays until the new one is
 * complete.
 */
export const dashboardQuery = (client: QueryClient, request: DashboardRequest) =>
  queryOptions({
    queryKey: dashboardKeys.view(request),
    enabled: request.points > 0,
    queryFn: async ({ signal }): Promise<DashboardPage> => {
      const search = new URLSearchParams(request.search);
      search.set('points', String(request.points));
      const response = await fetchResponse(
        `/api/dashboards/${request.id}?${search}`,
        signal,
        'application/x-ndjson',
      );
      const key = dashboardKeys.view(request);
      const isRefresh = client.getQueryData<DashboardPage>(key)?.complete === true;
      let view: DashboardPage | undefined;
      for await (const { panels = [], ...rest } of readNdjson<DashboardPage>(response)) {
        view = {
          ...EMPTY,
          ...view,
          ...rest,
          panels: [...(view?.panels ?? []), ...panels],
        } as DashboardPage;
        if (!isRefresh) client.setQueryData(key, view);
      }
      if (!view?.complete) throw new ProblemError(0, 'The connection to the portal was lost.');
      return view;
    },
  });

/** What can be selected; loaded when somebody opens a menu. */
export const choicesQuery = (id: DashboardId, search: string, enabled: boolean) =>
  queryOptions({
    queryKey: dashboardKeys.choices(id, search),
    enabled,
    staleTime: CHOICES_STALE_MS,
    queryFn: ({ signal }) =>
      fetchJson<ChoiceList>(`/api/dashboards/${id}/choices?${search}`, signal),
  });

const drilldownPath = ({ id, panel }: DrilldownRequest): string =>
  panel === null ? `/api/dashboards/${id}` : `/api/dashboards/${id}/panels/${panel}`;

export const requestsQuery = (request: DrilldownRequest) =>
  queryOptions({
    queryKey: [...dashboardKeys.drilldown(request.id, request.panel), 'requests', request.search],
    queryFn: ({ signal }) =>
      fetchJson<DrilldownRequests>(`${drilldownPath(request)}/requests?${request.search}`, signal),
  });

/** Where the time of these requests went; loaded each time that somebody opens it. */
export const operationsQuery = (request: DrilldownRequest, enabled: boolean) =>
  queryOptions({
    queryKey: [...dashboardKeys.drilldown(request.id, request.panel), 'operations', request.search],
    enabled,
    // A window until now moves on under the same key.
    staleTime: 0,
    queryFn: ({ signal }) =>
      fetchJson<DrilldownOperations>(
        `${drilldownPath(request)}/operations?${request.search}`,
        signal,
      ),
  });

/** An alert rule made of a panel. */
export const ruleDraftQuery = (id: DashboardId, panel: string, search: string) =>
  queryOptions({
    queryKey: dashboardKeys.ruleDraft(id, panel, search),
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      fetchJson<RuleDraft>(`/api/dashboards/${id}/panels/${panel}/rule-draft?${search}`, signal),
  });
