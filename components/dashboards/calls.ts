/** One connection: calls a second, and which share of them failed. */
export interface Call {
  readonly client: string;
  readonly server: string;
  readonly rate: number;
  readonly failing: number;
}

interface CallSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly values: readonly (number | null)[];
}

/** The connections now, of series by client, server and outcome; the busiest first. */
export function callsOf(series: readonly CallSeries[]): Call[] {
  const calls = new Map<string, { client: string; server: string; all: number; failed: number }>();
  for (const { labels, values } of series) {
    const value = values[0] ?? 0;
    const { client = '', server = '', outcome } = labels;
    const call = calls.get(`${client}\n${server}`) ?? { client, server, all: 0, failed: 0 };
    calls.set(`${client}\n${server}`, call);
    if (outcome === 'failed') call.failed += value;
    else call.all += value;
  }
  return [...calls.values()]
    .flatMap(({ client, server, all, failed }) =>
      all > 0 ? [{ client, server, rate: all, failing: Math.min(1, failed / all) }] : [],
    )
    .sort(
      (a, b) => b.rate - a.rate || (`${a.client} ${a.server}` < `${b.client} ${b.server}` ? -1 : 1),
    );
}
