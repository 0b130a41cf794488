import { stringify } from 'yaml';
import { grouped, longestRangeMs } from '@/lib/telemetry/prometheus/expression';
import { quoted } from '@/lib/telemetry/prometheus/promql';
import type { Series } from '@/lib/telemetry/model';
import { MINUTE_MS, SECOND_MS } from '@/lib/time/units';
import { chosenIn } from '../catalogue/catalogue';
import type { ExampleSeries } from '../catalogue/example-series';
import { nameOf } from '../query/frame';
import {
  PARAMETER_NAMES,
  PARAMETERS,
  type Choices,
  type Dashboard,
  type Panel,
  type Severity,
} from '../catalogue/panel';
import { timeAt, type Grid } from '../query/range';
import type { AlertDraft } from '../contract';

export interface Wish {
  readonly name: string;
  readonly threshold: number;
  readonly direction: 'above' | 'below';
  readonly holdSeconds: number;
  readonly severity: Severity;
}

/** Where links of rules begin before a chart puts its own addresses there, as in alert-rules/. */
const GRAFANA = 'https://grafana.example.com';
const PORTAL = 'https://throughline.example.com';
const RUNBOOKS = 'https://runbooks.example.com';
/** Rules look back over a fixed time, as those in alert-rules/ do; charts over what their step needs. */
export const RULE_RANGE_SECONDS = 300;

/** What the alert compares: the panel's own figure, or what stands for it where the panel is a picture of many. */
export const figureOf = ({ query, by, unit, alertOn }: Panel) => alertOn ?? { query, by, unit };

/** A name from the panel's title: FailedRequestsHigh. */
export const defaultName = ({ title }: Panel, direction: Wish['direction']): string =>
  `${title
    .replace(/[^A-Za-z0-9 ]/g, ' ')
    .split(' ')
    .filter(Boolean)
    .map((word) => word[0]!.toUpperCase() + word.slice(1))
    .join('')
    .slice(0, 50)}${direction === 'above' ? 'High' : 'Low'}`;

/** Why an alert could never fire, or always would; undefined where it can do both. */
export function cannotFire(panel: Panel, { direction, threshold }: Wish): string | undefined {
  if (direction === 'above') return undefined;
  if (panel.example(1).some(({ kind }) => kind === 'moment'))
    return `${panel.title} only grows: an alert of what is below a threshold tells nothing.`;
  const least = panel.least ?? 0;
  return threshold <= least
    ? `${panel.title} is never below ${least}: choose a threshold above it.`
    : undefined;
}

/** A rule that is ready to commit, and the promtool test that it fires and does not fire. Pure. */
export function draft(
  dashboard: Dashboard,
  panel: Panel,
  choices: Choices,
  wish: Wish,
): Pick<AlertDraft, 'name' | 'expression' | 'rule' | 'test'> {
  const { query, by, unit } = figureOf(panel);
  const expression = `${grouped(query(chosenIn(choices), RULE_RANGE_SECONDS))} ${wish.direction === 'above' ? '>' : '<'} ${plain(wish.threshold)}`;
  const subject = by.length ? ` of ${by.map((label) => `{{ $labels.${label} }}`).join(' ')}` : '';
  const annotations = {
    summary: `${panel.title}${subject}: ${wish.direction} ${worded(wish.threshold, unit)}${wish.holdSeconds ? ` for ${duration(wish.holdSeconds)}` : ''}.`,
    runbook_url: `${RUNBOOKS}/${wish.name}`,
    dashboard_url: `${GRAFANA}/d/throughline-${dashboard.id}`,
    portal_url: `${PORTAL}/alerts?q=${wish.name}`,
  };
  const file = `${wish.name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase()}`;
  const rule = {
    groups: [
      {
        name: file,
        rules: [
          {
            alert: wish.name,
            expr: expression,
            ...(wish.holdSeconds ? { for: duration(wish.holdSeconds) } : {}),
            labels: { severity: wish.severity },
            annotations,
          },
        ],
      },
    ],
  };
  return {
    name: wish.name,
    expression,
    rule: stringify(rule, { lineWidth: 0 }),
    test: stringify(testOf(panel, choices, file, expression, annotations, wish), { lineWidth: 0 }),
  };
}

/**
 * A test whose series stay on the right side of the threshold, then go beyond it: the alert must be quiet before, and fire after. What it
 * looks back over and how long it waits is read from the rule itself.
 */
function testOf(
  panel: Panel,
  choices: Choices,
  file: string,
  expression: string,
  annotations: Record<string, string>,
  wish: Wish,
): object {
  const { by, unit } = figureOf(panel);
  const [calm, beyondIt] = valuesAround(wish, unit, panel.least ?? 0);
  const reach = Math.ceil(longestRangeMs(expression) / MINUTE_MS) + 2;
  const hold = Math.ceil(wish.holdSeconds / 60) + 1;
  const before = likeChosen(panel.example(calm), choices);
  const after = likeChosen(panel.example(beyondIt), choices);
  // A moment only gets older: it is beyond any threshold once enough time has passed, and never before.
  const ages = before.some(({ kind }) => kind === 'moment');
  const [calmAt, firesAt] = ages
    ? [0, Math.ceil(wish.threshold / 60) + hold + 1]
    : [reach, reach + reach + hold];
  const series = [...new Set([...before, ...after].map(selectorOf))].map((name) => {
    const [first, second] = [before, after].map((phase) =>
      phase.find((each) => selectorOf(each) === name),
    );
    return { series: name, values: samples(first, second, reach, reach + hold + 1, firesAt) };
  });
  const [example] = after;
  const labels = Object.fromEntries(
    by.flatMap((label) =>
      example?.labels[label] === undefined ? [] : [[label, example.labels[label]]],
    ),
  );
  const filled = Object.fromEntries(
    Object.entries(annotations).map(([key, text]) => [
      key,
      text.replace(/\{\{ \$labels\.(\w+) \}\}/g, (_, label: string) => labels[label] ?? ''),
    ]),
  );
  return {
    rule_files: [`../${file}.yaml`],
    evaluation_interval: '1m',
    tests: [
      {
        name: `${wish.name} fires ${wish.direction} ${wish.threshold}, and not before`,
        interval: '1m',
        input_series: series,
        alert_rule_test: [
          { eval_time: `${calmAt}m`, alertname: wish.name, exp_alerts: [] },
          {
            eval_time: `${firesAt}m`,
            alertname: wish.name,
            exp_alerts: [
              { exp_labels: { severity: wish.severity, ...labels }, exp_annotations: filled },
            ],
          },
        ],
      },
    ],
  };
}

/** Examples of what is chosen: the rule looks at nothing else. */
function likeChosen(examples: readonly ExampleSeries[], choices: Choices): ExampleSeries[] {
  const says = PARAMETER_NAMES.flatMap((name) => {
    const [value] = choices[name] ?? [];
    return value === undefined
      ? []
      : Object.entries(PARAMETERS[name].inExample).map(
          ([label, words]) => [label, words(value)] as const,
        );
  });
  return examples.map((each) => ({
    ...each,
    labels: {
      ...each.labels,
      ...Object.fromEntries(says.filter(([label]) => each.labels[label] !== undefined)),
    },
  }));
}

/** A value on the calm side of the threshold, and one beyond it, that the figure can have. */
function valuesAround(
  { threshold, direction }: Wish,
  unit: Panel['unit'],
  least: number,
): readonly [calm: number, beyondIt: number] {
  const step =
    unit === 'count'
      ? Math.max(1, Math.ceil(Math.abs(threshold) / 2))
      : Math.abs(threshold) / 2 || 0.5;
  const higher = unit === 'ratio' && threshold < 1 ? (1 + threshold) / 2 : threshold + step;
  const lower = threshold - step;
  const positive = Math.max(least, lower);
  return direction === 'above'
    ? [positive, unit === 'count' ? Math.floor(higher) : higher]
    : [higher, positive];
}

const selectorOf = ({ metric, labels }: ExampleSeries): string =>
  `${metric}{${Object.entries(labels)
    .map(([name, value]) => `${name}=${quoted(value)}`)
    .join(', ')}}`;

/** In promtool's notation: a phase of `first` minutes, then one of `second`; `_` where a series is not there, `stale` where it ends. */
function samples(
  before: ExampleSeries | undefined,
  after: ExampleSeries | undefined,
  first: number,
  second: number,
  whole: number,
): string {
  const kind = (after ?? before)!.kind;
  if (kind === 'moment') return `0x${whole}`;
  const grows = (from: number, perMinute: number, steps: number) =>
    `${plain(from)}+${plain(perMinute)}x${steps}`;
  if (kind === 'gauge')
    return `${before ? `${plain(before.value)}x${first}` : `_x${first + 1}`} ${after ? `${plain(after.value)}x${second}` : `stale _x${second}`}`;
  const slow = (before?.value ?? 0) * 60;
  const quick = (after?.value ?? 0) * 60;
  return `${grows(0, slow, first)} ${grows(slow * first + quick, quick, second)}`;
}

/** A number as PromQL and promtool both read it. */
const plain = (value: number): string =>
  String(Number(value.toPrecision(12))).replace(/e\+?(-?\d+)$/, 'e$1');

function duration(seconds: number): string {
  if (seconds % 3600 === 0) return `${seconds / 3600}h`;
  return seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`;
}

function worded(value: number, unit: Panel['unit']): string {
  const words: Record<Panel['unit'], string> = {
    ratio: `${plain(value * 100)} %`,
    seconds: `${plain(value)} s`,
    'per-second': `${plain(value)} a second`,
    bytes: `${plain(value)} bytes`,
    cores: `${plain(value)} cores`,
    count: plain(value),
  };
  return words[unit];
}

export interface Firing {
  readonly series: string;
  readonly fromMs: number;
  /** Null where it still did at the end. */
  readonly toMs: number | null;
}

/**
 * When an alert would have fired: from when its condition had held for `holdSeconds` until it held no longer, by the instants of the
 * grid. A gap ends it, as an empty answer does for Prometheus. Pure.
 */
export function firingsOf(
  series: readonly Series[],
  grid: Grid,
  by: readonly string[],
  { threshold, direction, holdSeconds }: Pick<Wish, 'threshold' | 'direction' | 'holdSeconds'>,
): Firing[] {
  const holds = (value: number | null | undefined) =>
    value !== null &&
    value !== undefined &&
    (direction === 'above' ? value > threshold : value < threshold);
  return series.flatMap(({ labels, points }) => {
    const at = new Map(
      points.map(({ timeMs, value }) => [Math.round((timeMs - grid.startMs) / grid.stepMs), value]),
    );
    const firings: Firing[] = [];
    /** Of what held from one instant until another, or is still so at the end. */
    const add = (since: number, until: number | undefined) => {
      const fromMs = timeAt(grid, since) + holdSeconds * SECOND_MS;
      const endMs = timeAt(grid, until ?? grid.count - 1);
      if (until === undefined ? fromMs <= endMs : fromMs < endMs)
        firings.push({
          series: nameOf(labels, by),
          fromMs,
          toMs: until === undefined ? null : endMs,
        });
    };
    let since: number | undefined;
    for (let index = 0; index < grid.count; index += 1) {
      if (holds(at.get(index))) since ??= index;
      else if (since !== undefined) {
        add(since, index);
        since = undefined;
      }
    }
    if (since !== undefined) add(since, undefined);
    return firings;
  });
}
