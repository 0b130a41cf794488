/** One connection between two services: calls a second, and which share of them failed. */
export interface ServiceCall {
  readonly client: string;
  readonly server: string;
  readonly rate: number;
  readonly failedShare: number;
}

interface CallSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly values: readonly (number | null)[];
}

/** By client, then by server. */
export const byNames = (
  a: Pick<ServiceCall, 'client' | 'server'>,
  b: Pick<ServiceCall, 'client' | 'server'>,
): number => a.client.localeCompare(b.client, 'en') || a.server.localeCompare(b.server, 'en');

/** The connections now, from series by client, server and outcome; the busiest first. */
export function toServiceCalls(series: readonly CallSeries[]): ServiceCall[] {
  const sums = new Map<string, { client: string; server: string; all: number; failed: number }>();
  for (const { labels, values } of series) {
    const { client = '', server = '', outcome } = labels;
    const key = JSON.stringify([client, server]);
    const sum = sums.get(key) ?? { client, server, all: 0, failed: 0 };
    sums.set(key, sum);
    if (outcome === 'failed') sum.failed += values[0] ?? 0;
    else sum.all += values[0] ?? 0;
  }
  return [...sums.values()]
    .filter(({ all }) => all > 0)
    .map(({ client, server, all, failed }) => ({
      client,
      server,
      rate: all,
      failedShare: Math.min(1, failed / all),
    }))
    .toSorted((a, b) => b.rate - a.rate || byNames(a, b));
}
