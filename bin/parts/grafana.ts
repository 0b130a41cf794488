import {
  LegendDisplayMode,
  LegendPlacement,
  ScaleDistribution,
  ScaleDistributionConfigBuilder,
  SortOrder,
  TooltipDisplayMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  QueryVariableBuilder,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  VariableRefresh,
} from '@grafana/grafana-foundation-sdk/dashboard';
import {
  PanelBuilder as HeatmapBuilder,
  YAxisConfigBuilder,
} from '@grafana/grafana-foundation-sdk/heatmap';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as LinesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { DASHBOARDS } from '@/lib/dashboards/catalogue/catalogue';
import { panelNumber } from '@/lib/dashboards/catalogue/grafana-link';
import type { Dashboard, Panel, Unit } from '@/lib/dashboards/catalogue/panel';
import { PARAMETERS, type SelectionPatterns } from '@/lib/dashboards/catalogue/parameters';

const UNITS: Readonly<Record<Unit, string>> = {
  'per-second': 'reqps',
  ratio: 'percentunit',
  seconds: 's',
  bytes: 'bytes',
  cores: 'none',
  count: 'short',
};
/** Grafana replaces them by the selected values; several as a regular expression. */
const VARIABLES: SelectionPatterns = {
  service: '$service',
  operation: '$operation',
  scaleSet: '$scaleSet',
  namespace: '$namespace',
  node: '$node',
};
const RANGE_SECONDS = 300;
const PROMETHEUS = { type: 'prometheus', uid: 'prometheus' };
/** Replaced by the chart with where the portal is. */
const PORTAL = 'https://throughline.example.com';

/** One dashboard of Grafana as JSON, made of the same panels as the portal's page. */
export function grafanaDashboard(dashboard: Dashboard): string {
  const { id, title, parameters, panels } = dashboard;
  const builder = new DashboardBuilder(`Throughline: ${title}`)
    .uid(`throughline-${id}`)
    .tags(['throughline'])
    .time({ from: 'now-3h', to: 'now' })
    .refresh('1m')
    .timezone('utc')
    .tooltip(DashboardCursorSync.Crosshair)
    .link(
      new DashboardLinkBuilder('The same in Throughline')
        .type(DashboardLinkType.Link)
        .url(portalUrl(dashboard))
        .targetBlank(true),
    )
    .link(
      new DashboardLinkBuilder('The other dashboards')
        .type(DashboardLinkType.Dashboards)
        .tags(['throughline'])
        .asDropdown(true),
    );
  for (const name of parameters) {
    const { title, source, label } = PARAMETERS[name];
    builder.withVariable(
      new QueryVariableBuilder(name)
        .label(title)
        .datasource(PROMETHEUS)
        .query(`label_values(${source(VARIABLES)}, ${label})`)
        .refresh(VariableRefresh.OnTimeRangeChanged)
        .multi(true)
        .includeAll(true)
        .allValue('.*'),
    );
  }
  for (const panel of panels) builder.withPanel(panelOf(dashboard, panel));
  return `${JSON.stringify(builder.build(), null, 2)}\n`;
}

/**
 * The page of the portal over the time that Grafana shows, with what is chosen there; at a panel,
 * if one is named.
 */
const portalUrl = ({ id, parameters }: Dashboard, panel?: string, more = ''): string =>
  [
    `${PORTAL}/dashboards/${id}?from=\${__from}&to=\${__to}`,
    ...parameters.map((name) => `&${name}=\${${name}:csv}`),
    panel ? `&panel=${panel}` : '',
    more,
  ].join('');

function panelOf(dashboard: Dashboard, panel: Panel): LinesBuilder | HeatmapBuilder | TableBuilder {
  const kind = panel.kind ?? 'lines';
  if (kind === 'heat')
    return common(new HeatmapBuilder(), dashboard, panel, PromQueryFormat.Heatmap)
      .yAxis(new YAxisConfigBuilder().unit(UNITS[panel.unit]).axisLabel(''))
      .scaleDistribution(new ScaleDistributionConfigBuilder().type(ScaleDistribution.Log).log(2))
      .calculate(false);
  if (kind === 'table') return common(new TableBuilder(), dashboard, panel, PromQueryFormat.Table);
  const lines = common(new LinesBuilder(), dashboard, panel, PromQueryFormat.TimeSeries)
    // What is left of a budget can be less than nothing.
    .axisSoftMin(0)
    // A gap is a gap.
    .spanNulls(false)
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true),
    )
    .tooltip(
      new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending),
    )
    .dataLinks([
      new DashboardLinkBuilder('Requests behind this point')
        .url(portalUrl(dashboard, panel.id, '&at=${__value.time}'))
        .targetBlank(true),
    ]);
  if (panel.threshold)
    lines.thresholds(
      new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([
        { value: null, color: 'green' },
        {
          value: panel.threshold.value,
          color: panel.threshold.severity === 'critical' ? 'red' : 'orange',
        },
      ]),
    );
  return lines;
}

/** What every panel has: its number is how the portal finds it. */
function common<Builder extends LinesBuilder | HeatmapBuilder | TableBuilder>(
  builder: Builder,
  dashboard: Dashboard,
  panel: Panel,
  format: PromQueryFormat,
): Builder {
  const { id, title, question, unit, query, groupBy, exemplars, threshold, remediation } = panel;
  const target = new DataqueryBuilder()
    .refId('A')
    .expr(query(VARIABLES, RANGE_SECONDS))
    .legendFormat(groupBy.map((label) => `{{${label}}}`).join(' ') || title)
    .format(format)
    .exemplar(exemplars !== undefined);
  builder
    .id(panelNumber(dashboard, id))
    .title(title)
    .description(
      [
        question,
        threshold ? `Red from ${threshold.value} on: ${threshold.alert}.` : '',
        remediation ?? '',
      ]
        .filter(Boolean)
        .join(' '),
    )
    .datasource(PROMETHEUS)
    .unit(UNITS[unit])
    .span(12)
    .height(8)
    .links([
      new DashboardLinkBuilder('In Throughline')
        .type(DashboardLinkType.Link)
        .url(portalUrl(dashboard, id))
        .targetBlank(true),
    ])
    .withTarget(format === PromQueryFormat.Table ? target.instant() : target.range());
  return builder;
}

/** Where each dashboard lies below the repository's root, and its JSON. */
export const grafanaFiles = (): Readonly<Record<string, string>> =>
  Object.fromEntries(
    DASHBOARDS.map((dashboard) => [
      `helm/stack/files/dashboards/${dashboard.id}.json`,
      grafanaDashboard(dashboard),
    ]),
  );
