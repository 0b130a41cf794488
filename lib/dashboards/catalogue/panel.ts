import type { Series, SpanFilter } from '@/lib/telemetry/model';
import type { PromQl } from '@/lib/telemetry/prometheus/promql';
import type { ExampleSeries } from './example-series';
import type { Parameter, SelectionPatterns } from './parameters';

/**
 * A panel as data: the question it answers, its query and unit, its threshold and remediation, and
 * the requests behind it. Pages of the portal, dashboards of Grafana and alert rules are generated
 * from it, so that none drifts from the others; tests check each threshold against the rule of its
 * alert, and each metric against the list of what is exported.
 */
export type Unit = 'per-second' | 'ratio' | 'seconds' | 'bytes' | 'cores' | 'count';

export type Severity = 'critical' | 'warning' | 'info';

type Labels = Readonly<Record<string, string>>;

/** @param rateSeconds the range over which a rate is taken */
export type Query = (patterns: SelectionPatterns, rateSeconds: number) => PromQl;

/**
 * The requests behind a point: their state, and what one of their spans is like. Where spans are
 * what failed, `spanFilter` says so: their request may have succeeded.
 */
export interface Drilldown {
  readonly state: 'failed' | 'all';
  readonly spanFilter: SpanFilter;
  /** The newest first by default. */
  readonly order?: 'slowest';
}

export interface Panel {
  readonly id: string;
  readonly title: string;
  /** What it answers, as an engineer would ask it. */
  readonly question: string;
  readonly unit: Unit;
  /**
   * Lines over time by default; a heat map of buckets with quantiles; a map of calls between
   * services; a table of operations.
   */
  readonly kind?: 'lines' | 'heat' | 'map' | 'table';
  readonly query: Query;
  /**
   * Sent instead of `query` where several panels share one answer; `derive` then yields what
   * `query` would.
   */
  readonly sharedQuery?: Query;
  readonly derive?: (series: readonly Series[]) => readonly Series[];
  /** The labels that name a series. */
  readonly groupBy: readonly string[];
  /** The histogram whose exemplars lead to requests. */
  readonly exemplars?: (patterns: SelectionPatterns) => PromQl;
  /** The alert of this panel, and the value above which it fires. */
  readonly threshold?: {
    readonly value: number;
    readonly alert: string;
    readonly severity: Severity;
  };
  /** What to do once the threshold is breached. */
  readonly remediation?: string;
  /** The traffic below which no figure is given. */
  readonly minimumTraffic?: string;
  /** What exports its metrics: told where there are none. */
  readonly exportedBy: string;
  /** The requests behind a point of the series with these labels. */
  readonly drilldown: (labels: Labels) => Drilldown;
  /** What an alert rule compares, where `query` itself does not give one figure a series. */
  readonly ruleQuery?: {
    readonly query: Query;
    readonly groupBy: readonly string[];
    readonly unit: Unit;
  };
  /** The least possible value, 0 by default: a rule for less could not fire. */
  readonly minimum?: number;
  /** Series for which the figure of the rule has this value: the input of the rule's test. */
  readonly exampleSeries: (value: number) => readonly ExampleSeries[];
}

/**
 * One figure of a tile on the home page, for when nothing is breached: the sum, or the highest, of
 * a panel's series.
 */
export interface HeadlineFigure {
  readonly panel: string;
  readonly aggregation?: 'max';
  /** Only the series with these labels. */
  readonly labels?: Labels;
  readonly noun: readonly [singular: string, plural: string];
}

export interface Dashboard {
  readonly id: 'application' | 'runners' | 'cluster' | 'portal';
  readonly title: string;
  readonly question: string;
  readonly parameters: readonly Parameter[];
  readonly headline: readonly HeadlineFigure[];
  /** Requests that are listed below the panels. */
  readonly requestList?: { readonly title: string; readonly drilldown: Drilldown };
  readonly panels: readonly Panel[];
}
