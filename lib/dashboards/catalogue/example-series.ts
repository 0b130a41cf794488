/**
 * One input series of a rule's test: a counter that grows, a gauge that stands, or a moment that
 * gets older.
 */
export interface ExampleSeries {
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly kind: 'counter' | 'gauge' | 'timestamp';
  /** A second for a counter; the value of a gauge. */
  readonly value: number;
}

type Labels = Readonly<Record<string, string>>;

export const counter = (metric: string, labels: Labels, perSecond: number): ExampleSeries => ({
  metric,
  labels,
  kind: 'counter',
  value: perSecond,
});
export const gauge = (metric: string, labels: Labels, value: number): ExampleSeries => ({
  metric,
  labels,
  kind: 'gauge',
  value,
});
/** The time of something that never comes again: `time()` less it grows. */
export const timestamp = (metric: string, labels: Labels): ExampleSeries => ({
  metric,
  labels,
  kind: 'timestamp',
  value: 0,
});

/**
 * A histogram of which this quantile is `value`: everything lies in a first bucket that ends so far
 * above it. (`histogram_quantile` goes straight from 0 to its bound.)
 */
export const histogram = (
  metric: string,
  labels: Labels,
  quantile: number,
  value: number,
): ExampleSeries[] =>
  ['+Inf', String(value / quantile)].map((le) => counter(metric, { ...labels, le }, 1));
