import type { Series } from '@/lib/telemetry/model';
import { findPanel } from '../catalogue/catalogue';
import type { Dashboard, HeadlineFigure, Panel, Severity } from '../catalogue/panel';
import { PORTAL_SERVICE } from '../catalogue/parameters';
import type { Tile } from '../contract';
import { seriesName } from './aligned-series';

/** An open alert whose rule names a dashboard. */
export interface OpenAlert {
  readonly dashboard: string;
  readonly name: string;
  readonly service: string | null;
  readonly severity: string;
}

/**
 * An alert of the portal itself belongs to its own dashboard, though the rule names that of all
 * services.
 */
export const dashboardOfAlert = ({ dashboard, service }: OpenAlert): string =>
  service === PORTAL_SERVICE ? 'portal' : dashboard;

/** The series of a panel now. */
export interface PanelSample {
  readonly panel: Panel;
  readonly series: readonly Series[];
}

/** One series above the threshold of its panel. */
interface Breach {
  readonly panel: Panel;
  readonly severity: Severity;
  readonly threshold: number;
  readonly name: string;
  readonly value: number;
}

/**
 * `broken` by what is critical, `degraded` by a warning, be it a breached threshold or an open
 * alert; what only informs is no reason. The reason names the worst breach, else the worst alert,
 * and counts the others. Pure.
 */
export function determineTileState(
  dashboard: Dashboard,
  samples: readonly PanelSample[],
  alerts: readonly OpenAlert[],
): Pick<Tile, 'state' | 'reason'> {
  const breaches = samples.flatMap(findTileBreaches).toSorted(byUrgency);
  const open = alerts
    .filter(({ severity }) => severity !== 'info')
    .toSorted((a, b) => rank(a.severity) - rank(b.severity));
  const [worstBreach] = breaches;
  const [worstAlert] = open;
  const isCritical = [worstBreach, worstAlert].some((each) => each?.severity === 'critical');
  const state = isCritical ? 'broken' : 'degraded';
  if (worstBreach)
    return { state, reason: describeBreaches(worstBreach, breaches.length, open.length) };
  if (worstAlert) return { state, reason: describeAlerts(worstAlert, open.length) };
  return describeHeadline(dashboard, samples);
}

function findTileBreaches({ panel, series }: PanelSample): Breach[] {
  const { threshold, groupBy } = panel;
  if (!threshold || threshold.severity === 'info') return [];
  return series.flatMap(({ labels, points }) => {
    const value = points[0]?.value ?? null;
    if (value === null || value <= threshold.value) return [];
    const name = seriesName(labels, groupBy);
    return [{ panel, severity: threshold.severity, threshold: threshold.value, name, value }];
  });
}

const rank = (severity: string): number => (severity === 'critical' ? 0 : 1);
/** How far a value is above its threshold, comparable across panels. */
const ratioToThreshold = ({ value, threshold }: Breach): number =>
  threshold === 0 ? value : value / threshold;
const byUrgency = (a: Breach, b: Breach): number =>
  rank(a.severity) - rank(b.severity) || ratioToThreshold(b) - ratioToThreshold(a);

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

function describeBreaches(
  { panel, name, value, threshold }: Breach,
  breaches: number,
  openAlerts: number,
): string {
  const others = [
    ...(breaches > 1 ? [`${breaches - 1} more`] : []),
    ...(openAlerts > 0 ? [`${plural(openAlerts, 'alert')} open`] : []),
  ];
  const cause =
    `${panel.title}: ${name} ${formatFigure(value, panel)}, ` +
    `threshold ${formatFigure(threshold, panel)}`;
  return [cause, ...others].join('; ');
}

function describeAlerts({ name, service }: OpenAlert, openAlerts: number): string {
  const subject = service === null ? name : `${name} of ${service}`;
  const others =
    openAlerts > 1 ? `; ${openAlerts - 1} more ${openAlerts === 2 ? 'alert' : 'alerts'}` : '';
  return `${subject} is still open${others}`;
}

function describeHeadline(
  dashboard: Dashboard,
  samples: readonly PanelSample[],
): Pick<Tile, 'state' | 'reason'> {
  const figures = dashboard.headline.flatMap((figure) => describeFigure(figure, samples) ?? []);
  if (figures.length > 0) return { state: 'fine', reason: figures.join(', ') };
  const { exportedBy } = findPanel(dashboard, dashboard.headline[0]!.panel)!;
  return { state: 'unknown', reason: `No samples. They come from ${exportedBy}.` };
}

/** Undefined without samples. */
function describeFigure(
  { panel, aggregation, labels = {}, noun }: HeadlineFigure,
  samples: readonly PanelSample[],
): string | undefined {
  const wanted = Object.entries(labels);
  const values = samples
    .filter((sample) => sample.panel.id === panel)
    .flatMap(({ series }) => series)
    .filter((series) => wanted.every(([name, value]) => series.labels[name] === value))
    .flatMap(({ points }) => points[0]?.value ?? []);
  if (values.length === 0) return undefined;
  const total =
    aggregation === 'max' ? Math.max(...values) : values.reduce((sum, value) => sum + value, 0);
  const figure = formatFigure(total, { unit: 'count' });
  return `${figure} ${figure === '1' ? noun[0] : noun[1]}`;
}

/** A value as short as a tile needs it: two significant digits, three from 100 on. */
function formatFigure(value: number, { unit }: Pick<Panel, 'unit'>): string {
  const round = (number: number) => String(Number(number.toPrecision(number >= 100 ? 3 : 2)));
  if (unit === 'ratio') return `${round(value * 100)} %`;
  if (unit !== 'seconds') return round(value);
  return value < 1 ? `${round(value * 1000)} ms` : `${round(value)} s`;
}
