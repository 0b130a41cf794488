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

const newest = (values: readonly (number | null)[]): number | null => values.findLast((value) => value !== null) ?? null;

/** The connections in series by client, server and outcome; the busiest first. Those that ended are left out. */
export function callsOf(series: readonly CallSeries[]): Call[] {
  const calls = new Map<string, { client: string; server: string; all: number; failed: number }>();
  for (const { labels, values } of series) {
    const value = newest(values) ?? 0;
    const { client = '', server = '', outcome } = labels;
    const call = calls.get(`${client}\n${server}`) ?? { client, server, all: 0, failed: 0 };
    calls.set(`${client}\n${server}`, call);
    if (outcome === 'failed') call.failed += value;
    else call.all += value;
  }
  return [...calls.values()].flatMap(({ client, server, all, failed }) => (all > 0 ? [{ client, server, rate: all, failing: Math.min(1, failed / all) }] : [])).sort((a, b) => b.rate - a.rate || (`${a.client} ${a.server}` < `${b.client} ${b.server}` ? -1 : 1));
}

export interface Place {
  readonly service: string;
  readonly column: number;
  readonly row: number;
}

/**
 * A place for each service: as many columns to the right as its longest way from whoever nobody calls (a call that closes a circle does
 * not count), rows by the order they are called in. Pure, and the same for the same calls however they are ordered.
 */
export function placesOf(calls: readonly Call[]): Place[] {
  const services = [...new Set(calls.flatMap(({ client, server }) => [client, server]))].sort();
  const callees = new Map(services.map((service) => [service, calls.filter(({ client, server }) => client === service && server !== service).map(({ server }) => server).sort()]));
  const column = new Map<string, number>();
  const visit = (service: string, depth: number, path: ReadonlySet<string>) => {
    if (depth <= (column.get(service) ?? -1)) return;
    column.set(service, depth);
    for (const callee of callees.get(service)!) if (!path.has(callee)) visit(callee, depth + 1, new Set([...path, callee]));
  };
  const called = new Set([...callees.values()].flat());
  for (const root of services.filter((service) => !called.has(service))) visit(root, 0, new Set([root]));
  // Who is only in circles begins where the circle is met first.
  for (const service of services) if (!column.has(service)) visit(service, 0, new Set([service]));
  const rows = new Map<number, number>();
  return services
    .map((service) => ({ service, column: column.get(service)! }))
    .sort((a, b) => a.column - b.column || (a.service < b.service ? -1 : 1))
    .map((each) => {
      const row = rows.get(each.column) ?? 0;
      rows.set(each.column, row + 1);
      return { ...each, row };
    });
}
