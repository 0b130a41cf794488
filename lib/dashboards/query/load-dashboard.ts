import { OutboundError } from '@/lib/http/outbound-error';
import { SOURCE_DEADLINE_MS } from '@/lib/http/outbound';
import { log } from '@/lib/observability/log';
import type { Change } from '@/lib/telemetry/contract';
import { changesOf } from '@/lib/telemetry/cluster-events';
import { sources } from '@/lib/telemetry/sources';
import { toRfc3339, type Window } from '@/lib/time/units';
import { getDashboard } from '../catalogue/catalogue';
import type { Dashboard } from '../catalogue/panel';
import type { DashboardQuery, DashboardView } from '../contract';
import { loadPanel } from './load-panel';
import { QueryCache } from './query-cache';
import { createFrame, type QueryFrame } from './query-frame';

/**
 * Alert episodes that were open in a window, of these services; all where none is named. Opaque
 * here.
 */
export type EpisodesIn = (
  window: Window,
  services: readonly string[],
) => Promise<readonly unknown[]>;

type MissingPart = DashboardView['missing'][number];

export interface DashboardOptions {
  readonly nowMs: number;
  readonly signal: AbortSignal;
  readonly episodes: EpisodesIn;
  /** Takes each panel once it is loaded, and what is known besides. */
  readonly emit?: (part: Partial<DashboardView>) => void;
}

/** A dashboard over its window. Never throws for a source: a panel says why it has nothing. */
export async function loadDashboard(
  id: Dashboard['id'],
  query: DashboardQuery,
  { nowMs, signal, episodes, emit }: DashboardOptions,
): Promise<DashboardView> {
  const dashboard = getDashboard(id);
  const frame = createFrame(query, nowMs);
  const { metrics } = sources();
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(SOURCE_DEADLINE_MS)]);
  const cache = metrics && new QueryCache(metrics, frame, deadline);
  const head = {
    dashboard: id,
    title: dashboard.title,
    at: new Date(nowMs).toISOString(),
    from: toRfc3339(frame.window.startNs),
    to: toRfc3339(frame.window.endNs),
    grid: frame.grid,
  };
  emit?.(head);
  const missing: MissingPart[] = [];
  const context = Promise.all([
    loadChanges(frame, query, deadline, missing),
    loadEpisodes(episodes, frame, query, missing),
  ]);
  const panels = await Promise.all(
    dashboard.panels.map(async (panel) => {
      const view = await loadPanel(dashboard, panel, frame, cache, query);
      emit?.({ panels: [view] });
      return view;
    }),
  );
  const [changes, open] = await context;
  const tail = { changes, episodes: [...open], missing, complete: true };
  emit?.(tail);
  return { ...head, panels, ...tail };
}

/**
 * Rollouts and warnings: of what is selected, or of everything. A source that fails is added to
 * `missing`.
 */
async function loadChanges(
  frame: QueryFrame,
  { service = [], namespace = [], node = [] }: DashboardQuery,
  signal: AbortSignal,
  missing: MissingPart[],
): Promise<Change[]> {
  const { logs } = sources();
  const isSelected = service.length + namespace.length + node.length > 0;
  try {
    const { data } = await logs.clusterEvents(frame.window, { signal });
    return changesOf(
      data,
      isSelected
        ? { services: service, pods: [], nodes: node, namespaces: namespace }
        : 'everything',
    );
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    const sentence = `${logs.name} did not say what changed: ${error.message}`;
    missing.push({ part: 'changes', sentence });
    return [];
  }
}

async function loadEpisodes(
  episodes: EpisodesIn,
  frame: QueryFrame,
  { service = [] }: DashboardQuery,
  missing: MissingPart[],
): ReturnType<EpisodesIn> {
  try {
    return await episodes(frame.window, service);
  } catch (error) {
    log().warn(
      { code: 'episodes_unreadable', error: String(error) },
      'a dashboard is shown without its alerts',
    );
    missing.push({ part: 'episodes', sentence: 'Postgres did not say which alerts were open' });
    return [];
  }
}
