import { config } from '@/lib/config/load';
import { processState } from '@/lib/config/process-state';
import { OutboundError } from '@/lib/http/outbound-error';
import { SOURCE_DEADLINE_MS } from '@/lib/http/outbound';
import type { MetricSource, Series } from '@/lib/telemetry/model';
import type { PromQl } from '@/lib/telemetry/prometheus/promql';
import { sources } from '@/lib/telemetry/sources';
import { epochMs, SECOND_MS } from '@/lib/time/units';
import { getDashboard } from '../catalogue/catalogue';
import type { Dashboard } from '../catalogue/panel';
import { MATCH_ALL } from '../catalogue/parameters';
import type { Tile } from '../contract';
import {
  dashboardOfAlert,
  determineTileState,
  type OpenAlert,
  type PanelSample,
} from './tile-state';
import { rateRangeSeconds } from './time-grid';

const HOME_DASHBOARDS = ['application', 'runners', 'cluster'] as const;
/** Home is open at many people's and refreshes by itself: tiles serve all of them for so long. */
const CACHE_MS = 10 * SECOND_MS;

interface CachedTiles {
  readonly loadedAtMs: number;
  readonly tiles: Promise<Tile[]>;
}
const cache = processState('dashboards.tiles', () => ({
  current: undefined as CachedTiles | undefined,
}));

/**
 * The state of application, runners and cluster in one line each, by the thresholds of their panels
 * and the open alerts. Never throws for a source.
 */
export function loadTiles(
  loadOpenAlerts: () => Promise<readonly OpenAlert[]>,
  nowMs = Date.now(),
): Promise<Tile[]> {
  const { current } = cache();
  if (current && nowMs - current.loadedAtMs < CACHE_MS) return current.tiles;
  const signal = AbortSignal.timeout(SOURCE_DEADLINE_MS);
  const alerts = loadOpenAlerts();
  const tiles = Promise.all(
    HOME_DASHBOARDS.map((id) => loadTile(getDashboard(id), alerts, nowMs, signal)),
  );
  cache().current = { loadedAtMs: nowMs, tiles };
  // The caller gets the error; the next one must not get it again.
  tiles.catch(() => (cache().current = undefined));
  return tiles;
}

async function loadTile(
  dashboard: Dashboard,
  allAlerts: Promise<readonly OpenAlert[]>,
  nowMs: number,
  signal: AbortSignal,
): Promise<Tile> {
  const base = { dashboard: dashboard.id, title: dashboard.title };
  const ownAlerts = async () =>
    (await allAlerts).filter((alert) => dashboardOfAlert(alert) === dashboard.id);
  // Without figures, the open alerts still tell something.
  const withoutFigures = async (whyNone: string): Promise<Tile> => {
    const { state, reason } = determineTileState(dashboard, [], await ownAlerts());
    return { ...base, state, reason: state === 'unknown' ? whyNone : `${reason}. ${whyNone}` };
  };
  const { metrics } = sources();
  if (!metrics) return withoutFigures('No metrics source is configured.');
  try {
    const samples = await loadSamples(dashboard, metrics, nowMs, signal);
    return { ...base, ...determineTileState(dashboard, samples, await ownAlerts()) };
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    return withoutFigures(`${metrics.name} did not answer: ${error.message}.`);
  }
}

/** The present series of the panels that decide on the tile. @throws OutboundError */
async function loadSamples(
  { panels, headline }: Dashboard,
  source: MetricSource,
  nowMs: number,
  signal: AbortSignal,
): Promise<PanelSample[]> {
  const inHeadline = new Set(headline.map(({ panel }) => panel));
  const rateSeconds = rateRangeSeconds({ stepMs: 0 }, config().SCRAPE_SECONDS);
  const answers = new Map<PromQl, Promise<readonly Series[]>>();
  const instant = (query: PromQl) => {
    const answer =
      answers.get(query) ??
      source.instant(query, epochMs(nowMs), { signal }).then(({ data }) => data);
    answers.set(query, answer);
    return answer;
  };
  return Promise.all(
    panels
      .filter((panel) => panel.threshold || inHeadline.has(panel.id))
      .map(async (panel) => {
        const series = await instant((panel.sharedQuery ?? panel.query)(MATCH_ALL, rateSeconds));
        return { panel, series: panel.derive ? panel.derive(series) : series };
      }),
  );
}
