import { config } from '@/lib/config/load';
import { processState } from '@/lib/config/process-state';
import { OutboundError, SOURCE_DEADLINE_MS } from '@/lib/http/outbound';
import type { MetricSource, Series } from '@/lib/telemetry/model';
import type { PromQl } from '@/lib/telemetry/prometheus/promql';
import { sources } from '@/lib/telemetry/sources';
import { epochMs, SECOND_MS } from '@/lib/time/units';
import { ALL, dashboardOf, panelOf } from '../catalogue/catalogue';
import { nameOf } from './frame';
import type { Dashboard, Panel } from '../catalogue/panel';
import { rateSeconds } from './range';
import type { Tile } from '../contract';

const ON_HOME = ['application', 'runners', 'cluster'] as const;
/** Home is opened by many at once, and asks again by itself: what was found serves for so long. */
const KEPT_MS = 10 * SECOND_MS;

interface Kept {
  readonly atMs: number;
  readonly tiles: Promise<Tile[]>;
}
const cache = processState('dashboards.tiles', () => ({ kept: undefined as Kept | undefined }));

/** An alert that is open, and whose rule names the dashboard to look at. */
export interface OpenAlert {
  readonly dashboard: string;
  readonly name: string;
  readonly service: string | null;
  readonly severity: string;
}

/** Is it us, the runners, or the cluster? Each in one line, by the thresholds of its panels and the alerts that are open. Never throws for a source. */
export function loadTiles(
  open: () => Promise<readonly OpenAlert[]>,
  nowMs = Date.now(),
): Promise<Tile[]> {
  const { kept } = cache();
  if (kept && nowMs - kept.atMs < KEPT_MS) return kept.tiles;
  const signal = AbortSignal.timeout(SOURCE_DEADLINE_MS);
  const alerts = open();
  const tiles = Promise.all(
    ON_HOME.map((id) => tileOf(dashboardOf(id), sources().metrics, alerts, nowMs, signal)),
  );
  cache().kept = { atMs: nowMs, tiles };
  tiles.catch(() => (cache().kept = undefined));
  return tiles;
}

interface Finding {
  readonly panel: Panel;
  readonly series: readonly Series[];
}

async function tileOf(
  dashboard: Dashboard,
  source: MetricSource | undefined,
  alerts: Promise<readonly OpenAlert[]>,
  nowMs: number,
  signal: AbortSignal,
): Promise<Tile> {
  const base = { dashboard: dashboard.id, title: dashboard.title };
  const firing = async () => (await alerts).filter((alert) => alert.dashboard === dashboard.id);
  // Without figures the alerts that are open still say something.
  const blind = async (reason: string): Promise<Tile> => {
    const { state, why } = judge(dashboard, [], await firing());
    return { ...base, state, why: state === 'unknown' ? reason : `${why}. ${reason}` };
  };
  if (!source) return blind('No metrics source is configured.');
  const named = new Set(dashboard.headline.map(({ panel }) => panel));
  const range = rateSeconds({ stepMs: 0 }, config().SCRAPE_SECONDS);
  const asked = new Map<PromQl, Promise<readonly Series[]>>();
  const ask = (query: PromQl) => {
    const answer =
      asked.get(query) ??
      source.instant(query, epochMs(nowMs), { signal }).then(({ data }) => data);
    asked.set(query, answer);
    return answer;
  };
  try {
    const findings = await Promise.all(
      dashboard.panels
        .filter((panel) => panel.threshold || named.has(panel.id))
        .map(async (panel): Promise<Finding> => {
          const series = await ask((panel.ask ?? panel.query)(ALL, range));
          return { panel, series: panel.derive ? panel.derive(series) : series };
        }),
    );
    return { ...base, ...judge(dashboard, findings, await firing()) };
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    return blind(`${source.name} did not answer: ${error.message}.`);
  }
}

/**
 * Broken by what is critical, degraded by what is a warning, be it a figure now or an alert that is still open; what only informs is no
 * reason. The worst is said, figures first; the others are counted. Pure.
 */
export function judge(
  dashboard: Dashboard,
  findings: readonly Finding[],
  alerts: readonly OpenAlert[],
): Pick<Tile, 'state' | 'why'> {
  const past = findings.flatMap(({ panel, series }) => {
    const { threshold } = panel;
    if (!threshold || threshold.severity === 'info') return [];
    return series.flatMap(({ labels, points }) => {
      const value = points[0]?.value ?? null;
      return value !== null && value > threshold.value
        ? [
            {
              panel,
              severity: threshold.severity,
              name: nameOf(labels, panel.by),
              value,
              over: threshold.value === 0 ? value : value / threshold.value,
            },
          ]
        : [];
    });
  });
  const rank = (severity: string) => (severity === 'critical' ? 0 : 1);
  past.sort((a, b) => rank(a.severity) - rank(b.severity) || b.over - a.over);
  const firing = alerts
    .filter(({ severity }) => severity !== 'info')
    .sort((a, b) => rank(a.severity) - rank(b.severity));
  const [[worst], [alert]] = [past, firing];
  const state = [worst?.severity, alert?.severity].includes('critical') ? 'broken' : 'degraded';
  if (worst) {
    const more = past.length - 1;
    const open = firing.length
      ? `; ${firing.length} ${firing.length === 1 ? 'alert' : 'alerts'} open`
      : '';
    return {
      state,
      why: `${worst.panel.title}: ${worst.name} ${worded(worst.value, worst.panel)}, red above ${worded(worst.panel.threshold!.value, worst.panel)}${more ? `; ${more} more` : ''}${open}`,
    };
  }
  if (alert)
    return {
      state,
      why: `${alert.name}${alert.service ? ` of ${alert.service}` : ''} is still open${firing.length > 1 ? `; ${firing.length - 1} more ${firing.length === 2 ? 'alert' : 'alerts'}` : ''}`,
    };
  const headline = dashboard.headline.flatMap(({ panel, most, only = {}, words }) => {
    const series =
      findings
        .find((finding) => finding.panel.id === panel)
        ?.series.filter(({ labels }) =>
          Object.entries(only).every(([name, value]) => labels[name] === value),
        ) ?? [];
    const values = series.flatMap(({ points }) => points[0]?.value ?? []);
    const sum = worded(
      most ? Math.max(...values) : values.reduce((total, value) => total + value, 0),
      { unit: 'count' },
    );
    return values.length ? [`${sum} ${words[sum === '1' ? 0 : 1]}`] : [];
  });
  const needs = dashboard.headline.map(({ panel }) => panelOf(dashboard, panel)!.needs)[0]!;
  return headline.length
    ? { state: 'fine', why: headline.join(', ') }
    : { state: 'unknown', why: `No samples. They come from ${needs}.` };
}

/** A value in words, as short as a tile needs it. */
function worded(value: number, { unit }: Pick<Panel, 'unit'>): string {
  const rounded = (number: number) => String(Number(number.toPrecision(number >= 100 ? 3 : 2)));
  if (unit === 'ratio') return `${rounded(value * 100)} %`;
  if (unit === 'seconds') return value < 1 ? `${rounded(value * 1000)} ms` : `${rounded(value)} s`;
  return rounded(value);
}
