import type { Series, SpanFilter } from '@/lib/telemetry/model';
import { selector, type Matcher, type PromQl } from '@/lib/telemetry/prometheus/promql';
import { ENTRY } from '@/lib/telemetry/prometheus/span-metrics';
import type { ExampleSeries } from './example-series';

/**
 * A panel as data: what it answers, what is asked, in which unit, from when on it is red, what to do then, which requests stand behind it.
 * Pages of the portal, dashboards of Grafana and alerts are made of it, so that none drifts from the others; tests hold each threshold
 * against the rule of its alert, and each metric against the list of what something exports.
 */
export type Unit = 'per-second' | 'ratio' | 'seconds' | 'bytes' | 'cores' | 'count';

/** What the portal does itself is on its own page: whoever looks at the application should not change what they see. */
export const NOT_PORTAL: Matcher = ['service', '!=', 'throughline'];

export type Parameter = 'service' | 'operation' | 'scaleSet' | 'namespace' | 'node';

interface Choice {
  readonly title: string;
  /** Series whose values of the label can be chosen, with what else is chosen. */
  readonly among: (chosen: Chosen) => PromQl;
  readonly label: string;
  /** The labels of example series that say the same, and how they say it. */
  readonly inExample: Readonly<Record<string, (value: string) => string>>;
}

const same = (value: string) => value;

/** What a page lets people choose; each becomes a matcher of the queries. */
export const PARAMETERS: Readonly<Record<Parameter, Choice>> = {
  service: {
    title: 'Service',
    among: () => selector('traces_spanmetrics_calls_total', [ENTRY, NOT_PORTAL]),
    label: 'service',
    inExample: { service: same, client: same, job: same },
  },
  operation: {
    title: 'Operation',
    among: ({ service }) =>
      selector('traces_spanmetrics_calls_total', [['service', '=~', service], ENTRY, NOT_PORTAL]),
    label: 'span_name',
    inExample: { span_name: same },
  },
  scaleSet: {
    title: 'Scale set',
    among: () => selector('gha_registered_runners', []),
    label: 'name',
    inExample: {
      name: same,
      actions_github_com_scale_set_name: same,
      pod: (value) => `${value}-7k2pd-runner-4bq2c`,
    },
  },
  namespace: {
    title: 'Namespace',
    among: () => selector('kube_pod_info', []),
    label: 'namespace',
    inExample: { namespace: same },
  },
  node: {
    title: 'Node',
    among: () => selector('node_uname_info', []),
    label: 'instance',
    inExample: { instance: same },
  },
};
export const PARAMETER_NAMES = Object.keys(PARAMETERS) as Parameter[];

/** What somebody chose: of each, these values; all where none is named. */
export type Choices = Partial<Readonly<Record<Parameter, readonly string[] | undefined>>>;

/** A regular expression for each parameter, as PromQL has it; `.*` for all. */
export type Chosen = Readonly<Record<Parameter, string>>;

/** `range` in seconds: over how long a rate is taken. */
export type Query = (chosen: Chosen, range: number) => PromQl;

export type Severity = 'critical' | 'warning' | 'info';

/** The requests behind a point: their state, and what one of their spans is like. Where spans are what failed, `touching` says so: their request may have succeeded. */
export interface Behind {
  readonly state: 'failed' | 'all';
  readonly touching: SpanFilter;
  /** The newest first, if nothing is said. */
  readonly order?: 'slowest';
}

export interface Panel {
  readonly id: string;
  readonly title: string;
  /** What it answers, as somebody would ask it. */
  readonly question: string;
  readonly unit: Unit;
  /** Lines over time; a heat map of buckets with quantiles over it; a map of who calls whom; a table of operations. */
  readonly kind?: 'lines' | 'heat' | 'map' | 'table';
  readonly query: Query;
  /** Asked instead of the query, where one answer serves more than one panel; `derive` then gives what the query would. */
  readonly ask?: Query;
  readonly derive?: (series: readonly Series[]) => readonly Series[];
  /** The labels that name a series. */
  readonly by: readonly string[];
  /** A histogram behind it, whose exemplars lead to requests. */
  readonly exemplars?: (chosen: Chosen) => PromQl;
  /** From where on it is red, and the alert that says so. */
  readonly threshold?: {
    readonly value: number;
    readonly alert: string;
    readonly severity: Severity;
  };
  /** What to do when it is red. */
  readonly whenRed?: string;
  /** Of what there must be enough before a figure is given. */
  readonly guard?: string;
  /** What exports its metrics: said where there are none. */
  readonly needs: string;
  /** Which requests stand behind a point of the series with these labels. */
  readonly behind: (labels: Readonly<Record<string, string>>) => Behind;
  /** What an alert is made of, where the query itself is no single figure a series. */
  readonly alertOn?: { readonly query: Query; readonly by: readonly string[]; readonly unit: Unit };
  /** Nothing is less: an alert of less could not fire. Zero, if nothing is said. */
  readonly least?: number;
  /** Series for which what an alert is made of has this value: the input of its test. */
  readonly example: (value: number) => readonly ExampleSeries[];
}

export interface Dashboard {
  readonly id: 'application' | 'runners' | 'cluster' | 'portal';
  readonly title: string;
  readonly question: string;
  readonly parameters: readonly Parameter[];
  /** What the tile of the home page says when nothing is red: the sum of a panel's series (those with these labels), or the most of them, and a word for it. */
  readonly headline: readonly {
    readonly panel: string;
    readonly most?: true;
    readonly only?: Readonly<Record<string, string>>;
    readonly words: readonly [one: string, many: string];
  }[];
  /** Requests that are listed below the panels. */
  readonly list?: { readonly title: string; readonly behind: Behind };
  readonly panels: readonly Panel[];
}
