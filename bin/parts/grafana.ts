import { DashboardBuilder, DashboardCursorSync, DashboardLinkBuilder, DashboardLinkType, QueryVariableBuilder, ThresholdsConfigBuilder, ThresholdsMode, VariableRefresh } from '@grafana/grafana-foundation-sdk/dashboard';
import { LegendDisplayMode, LegendPlacement, TooltipDisplayMode, SortOrder } from '@grafana/grafana-foundation-sdk/common';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { VizLegendOptionsBuilder, VizTooltipOptionsBuilder } from '@grafana/grafana-foundation-sdk/common';
import { DASHBOARDS, PARAMETERS, type Chosen, type Dashboard, type Panel, type Unit } from '@/lib/dashboards/catalogue';

const UNITS: Readonly<Record<Unit, string>> = { 'per-second': 'reqps', ratio: 'percentunit', seconds: 's', bytes: 'bytes', cores: 'none', count: 'short' };
/** Grafana puts what was chosen in their place; several as a regular expression. */
const CHOSEN: Chosen = { service: '$service', scaleSet: '$scaleSet', namespace: '$namespace', node: '$node' };
const RANGE_SECONDS = 300;
const PROMETHEUS = { type: 'prometheus', uid: 'prometheus' };
/** Replaced by the chart with where the portal is. */
const PORTAL = 'https://throughline.example.com';

/** One dashboard of Grafana as JSON, made of the same panels as the portal's page. */
export function grafanaDashboard({ id, title, parameters, panels }: Dashboard): string {
  const dashboard = new DashboardBuilder(`Throughline: ${title}`)
    .uid(`throughline-${id}`)
    .tags(['throughline'])
    .time({ from: 'now-3h', to: 'now' })
    .refresh('1m')
    .timezone('utc')
    .tooltip(DashboardCursorSync.Crosshair)
    .link(new DashboardLinkBuilder('Throughline').type(DashboardLinkType.Link).url(PORTAL).targetBlank(true))
    .link(new DashboardLinkBuilder('The other dashboards').type(DashboardLinkType.Dashboards).tags(['throughline']).asDropdown(true));
  for (const name of parameters) {
    const { title: label, metric, label: of } = PARAMETERS[name];
    dashboard.withVariable(new QueryVariableBuilder(name).label(label).datasource(PROMETHEUS).query(`label_values(${metric}, ${of})`).refresh(VariableRefresh.OnTimeRangeChanged).multi(true).includeAll(true).allValue('.*'));
  }
  for (const panel of panels) dashboard.withPanel(panelOf(panel));
  return `${JSON.stringify(dashboard.build(), null, 2)}\n`;
}

function panelOf({ title, question, unit, query, by, exemplars, threshold, whenRed }: Panel): PanelBuilder {
  const panel = new PanelBuilder()
    .title(title)
    .description([question, threshold ? `Red from ${threshold.value} on: ${threshold.alert}.` : '', whenRed ?? ''].filter(Boolean).join(' '))
    .datasource(PROMETHEUS)
    .unit(UNITS[unit])
    .min(0)
    .span(12)
    .height(8)
    // A gap is a gap.
    .spanNulls(false)
    .legend(new VizLegendOptionsBuilder().displayMode(LegendDisplayMode.List).placement(LegendPlacement.Bottom).showLegend(true))
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending))
    .withTarget(new DataqueryBuilder().refId('A').expr(query(CHOSEN, RANGE_SECONDS)).legendFormat(by.map((label) => `{{${label}}}`).join(' ') || title).range().exemplar(exemplars !== undefined));
  if (threshold) panel.thresholds(new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([{ value: null, color: 'green' }, { value: threshold.value, color: 'red' }]));
  return panel;
}

/** Where each dashboard lies below the repository's root, and its JSON. */
export const grafanaFiles = (): Readonly<Record<string, string>> => Object.fromEntries(DASHBOARDS.map((dashboard) => [`helm/stack/files/dashboards/${dashboard.id}.json`, grafanaDashboard(dashboard)]));
