import { z } from 'zod';
import { nameSchemas } from '@/lib/http/named-schemas';
import { change } from '@/lib/telemetry/contract';
import { instant as jsonInstant } from '@/lib/time/schema';
import { fromRfc3339, nsToMs } from '@/lib/time/units';
import { DASHBOARD_IDS } from './catalogue/catalogue';
import { PARAMETER_NAMES, type Parameter } from './catalogue/parameters';
import { isSelectionText, parseSelection } from './selection-text';
import { DEFAULT_RANGE, MAX_WINDOW_MS, parseInstant, parseRangeMs } from './time-range';

/** RFC 3339, or milliseconds since 1970 as Grafana has them. */
const instant = z
  .string()
  .max(40)
  .transform((text, check) => {
    const parsed = parseInstant(text);
    if (parsed !== undefined) return parsed;
    check.addIssue('must be an instant: RFC 3339, 2026-11-22T10:00:00Z');
    return z.NEVER;
  })
  .describe('RFC 3339, or milliseconds since 1970');

/** Several values, separated by commas; none for all. */
const values = z
  .string()
  .max(4000)
  .refine(isSelectionText, 'must be text')
  .transform(parseSelection)
  .pipe(z.array(z.string()).max(20))
  .describe('values with commas between, 20 at most; a backslash before a comma of a value');

export const dashboardParams = z.object({ dashboard: z.enum(DASHBOARD_IDS) });
export const panelParams = dashboardParams.extend({ panel: z.string().max(60) });

const selectionFields = Object.fromEntries(
  PARAMETER_NAMES.map((name) => [name, values.optional()]),
) as Record<Parameter, z.ZodOptional<typeof values>>;

/** What is selected: it narrows what else can be. */
export const selectionQuery = z.object(selectionFields);

const viewFields = z.object({
  range: z
    .string()
    .refine((text) => parseRangeMs(text) !== undefined, 'must be like 15m, 6h or 7d')
    .default(DEFAULT_RANGE)
    .describe('the last so long, like 15m, 6h or 7d, unless from and to are given'),
  from: instant.optional(),
  to: instant.optional(),
  /** At most so many instants a series: the pixels of a chart. */
  points: z
    .string()
    .regex(/^\d+$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().int().min(10).max(2000))
    .default(300)
    .describe('at most so many instants a series: 10 to 2000'),
  ...selectionFields,
});

interface RequestedTime {
  readonly range: string;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/**
 * What zod cannot check of one field: that from and to come together, in order, and not too far
 * apart.
 */
function checkWindow({ range, from, to }: RequestedTime, check: z.RefinementCtx): void {
  const fail = (field: string, message: string) =>
    check.addIssue({ code: 'custom', path: [field], message });
  if (Boolean(from) !== Boolean(to))
    return fail(from ? 'to' : 'from', 'from and to are only of use together');
  const lengthMs = lengthOf({ range, from, to });
  // What is no instant or range has been refused already.
  if (lengthMs === undefined) return;
  if (lengthMs <= 0) fail('to', 'must be after from');
  if (lengthMs > MAX_WINDOW_MS) fail(from ? 'from' : 'range', 'must be 31 days at most');
}

function lengthOf({ range, from, to }: RequestedTime): number | undefined {
  if (from === undefined || to === undefined) return parseRangeMs(range);
  const start = fromRfc3339(from);
  const end = fromRfc3339(to);
  return start === undefined || end === undefined ? undefined : nsToMs(end) - nsToMs(start);
}

/** What a dashboard shows: the last `range`, or from and to; what is selected. */
export const dashboardQuery = viewFields.superRefine(checkWindow);
export type DashboardQuery = z.output<typeof dashboardQuery>;

/** The labels of one series, as JSON. */
const labels = z
  .string()
  .max(2000)
  .transform((text, check): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      check.addIssue({ code: 'custom', message: 'must be JSON: an object of labels' });
      return z.NEVER;
    }
  })
  .pipe(z.record(z.string().max(200), z.string().max(500)));

/** A moment of a panel, or all that is shown of it; one series, or all. */
export const drilldownQuery = viewFields
  .extend({ at: instant.optional(), series: labels.optional() })
  .superRefine(checkWindow);
export type DrilldownQuery = z.output<typeof drilldownQuery>;

export const ruleDraftQuery = viewFields
  .extend({
    name: z
      .string()
      .regex(/^[A-Z][A-Za-z0-9]{2,63}$/, 'must be a name like CheckoutSlow')
      .optional(),
    threshold: z
      .string()
      .regex(/^-?(\d+(\.\d*)?|\.\d+)(e-?\d{1,2})?$/, 'must be a number')
      .transform(Number)
      .optional(),
    direction: z.enum(['above', 'below']).default('above'),
    hold: z.coerce.number().int().min(0).max(86_400).default(300),
    severity: z.enum(['critical', 'warning', 'info']).default('warning'),
  })
  .superRefine(checkWindow);
export type RuleDraftQuery = z.output<typeof ruleDraftQuery>;

/**
 * The view of a dashboard: the JSON of `GET /api/dashboards/{dashboard}`, and piece by piece the
 * parts of its NDJSON.
 */
const panelSeries = z.object({
  name: z.string(),
  labels: z.record(z.string(), z.string()),
  values: z
    .array(z.number().nullable())
    .describe(
      'one an instant of the grid; null where there is none. Of tables and maps the newest alone',
    ),
});
export type PanelSeries = z.infer<typeof panelSeries>;

const heatMap = z.object({
  bounds: z.array(z.number()).describe('upper bounds of the buckets in seconds; one more has none'),
  counts: z.array(z.array(z.number().nullable())).describe('a second, by bucket and instant'),
});
export type HeatMap = z.infer<typeof heatMap>;

export const panelView = z.object({
  id: z.string(),
  title: z.string(),
  question: z.string(),
  unit: z.enum(['per-second', 'ratio', 'seconds', 'bytes', 'cores', 'count']),
  kind: z.enum(['lines', 'heat', 'map', 'table']),
  state: z.enum(['ok', 'empty', 'partial', 'failed']),
  reason: z.string().nullable().describe('why it is not all, or why there is nothing'),
  promql: z.string(),
  ignores: z.array(z.string()).describe('parameters whose selection makes no difference here'),
  threshold: z
    .object({
      value: z.number(),
      alert: z.string(),
      severity: z.enum(['critical', 'warning', 'info']),
    })
    .nullable(),
  breaches: z
    .array(z.object({ name: z.string(), value: z.number() }))
    .describe('series above the threshold at the end of the window'),
  remediation: z.string().nullable(),
  grafana: z.string().nullable().describe('the same panel in Grafana'),
  series: z.array(panelSeries),
  omittedSeries: z.number().int().describe('series that are not drawn'),
  heat: heatMap.nullable(),
  exemplars: z.array(
    z.object({ timeMs: z.number(), value: z.number(), traceId: z.string(), service: z.string() }),
  ),
});
export type PanelView = z.infer<typeof panelView>;

export const dashboardView = z.object({
  dashboard: z.enum(DASHBOARD_IDS),
  title: z.string(),
  at: jsonInstant,
  from: jsonInstant,
  to: jsonInstant,
  grid: z
    .object({ startMs: z.number(), stepMs: z.number(), count: z.number().int() })
    .describe('the instants of every series'),
  panels: z.array(panelView),
  changes: z.array(change).describe('rollouts and what else happened to the cluster'),
  episodes: z.array(z.unknown()).describe('alerts that were open; lib/pages says of what shape'),
  missing: z
    .array(z.object({ part: z.enum(['changes', 'episodes']), sentence: z.string() }))
    .describe('parts whose source did not answer: what they hold of this time is not known'),
  complete: z.boolean(),
});
export type DashboardView = z.infer<typeof dashboardView>;

export const tile = z.object({
  dashboard: z.enum(DASHBOARD_IDS),
  title: z.string(),
  state: z.enum(['fine', 'degraded', 'broken', 'unknown']),
  reason: z.string(),
});
export type Tile = z.infer<typeof tile>;
export const tileList = z.object({ tiles: z.array(tile) });

/** The values of each parameter that the dashboard has. */
export const choiceList = z.partialRecord(z.enum(PARAMETER_NAMES), z.array(z.string()));
export type ChoiceList = z.infer<typeof choiceList>;

export const ruleDraft = z.object({
  name: z.string(),
  expression: z.string(),
  rule: z.string().describe('a rule file'),
  test: z.string().describe('its promtool test'),
  firings: z
    .array(z.object({ series: z.string(), from: jsonInstant, to: jsonInstant.nullable() }))
    .describe('when it would have fired in what is shown; null: still'),
  omittedFirings: z.number().int().describe('firings that are not listed'),
  seriesCount: z.number().int().describe('of so many series'),
  previewProblem: z
    .string()
    .nullable()
    .describe('why it is not known when it would have fired; the rule is as good'),
  stepSeconds: z.number().describe('how often the preview evaluated the condition'),
  ruleIntervalSeconds: z.number().describe('how often Prometheus evaluates rules'),
  extreme: z
    .number()
    .nullable()
    .describe('the highest figure in what is shown, the lowest for an alert of what is below'),
});
export type RuleDraft = z.infer<typeof ruleDraft>;

nameSchemas({
  PanelSeries: panelSeries,
  HeatMap: heatMap,
  PanelView: panelView,
  DashboardView: dashboardView,
  Tile: tile,
  TileList: tileList,
  ChoiceList: choiceList,
  RuleDraft: ruleDraft,
});
