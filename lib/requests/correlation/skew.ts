import type { Attributes, LogLine, Span } from '@/lib/telemetry/model';
import type { SpanNode } from './tree';

/** Whose clock a span was measured by. */
export function hostOf(resource: Attributes, service: string): string {
  for (const key of ['k8s.pod.name', 'host.name', 'service.instance.id']) {
    const value = resource[key];
    if (typeof value === 'string' && value) return value;
  }
  return service;
}

/** Smaller violations are measuring noise. */
const NOISE_NS = 1_000_000;

/**
 * What to add to each host's clock, in nanoseconds, so that calls lie inside their callers.
 *
 * A server span happens while its client span waits: `client.start <= server.start + d` and
 * `server.end + d <= client.end` bound the shift `d` between two clocks from both sides. All calls
 * between two hosts are intersected; where 0 fits, nothing is shifted, else the middle of what fits
 * is taken (as Jaeger's adjuster centres one call). Shifts add up along the calls, from the hosts
 * that nobody called. Hosts without a shift are not in the map. The estimate is shown, never
 * silently applied.
 */
export function estimateSkew(nodes: readonly SpanNode[]): Map<string, number> {
  const bounds = new Map<
    string,
    { from: string; to: string; low: number; high: number; middles: number[] }
  >();
  const hosts = nodes.map((node) => hostOf(node.span.resource, node.span.service));
  nodes.forEach((node, index) => {
    const parent = nodes[node.parent];
    if (
      !parent ||
      node.span.kind !== 'server' ||
      parent.span.kind !== 'client' ||
      hosts[index] === hosts[node.parent]
    )
      return;
    const low = Number(parent.span.startNs - node.span.startNs);
    const high = Number(parent.span.endNs - node.span.endNs);
    if (low > high) return;
    const key = `${hosts[node.parent]}\n${hosts[index]}`;
    const known = bounds.get(key) ?? {
      from: hosts[node.parent]!,
      to: hosts[index]!,
      low: -Infinity,
      high: Infinity,
      middles: [],
    };
    bounds.set(key, {
      ...known,
      low: Math.max(known.low, low),
      high: Math.min(known.high, high),
      middles: [...known.middles, (low + high) / 2],
    });
  });
  const calls = [...bounds.values()].map(({ from, to, low, high, middles }) => ({
    from,
    to,
    shift: shiftWithin(low, high, middles),
  }));
  const called = new Set(calls.map((call) => call.to));
  const skew = new Map<string, number>(
    hosts.filter((host) => !called.has(host)).map((host) => [host, 0]),
  );
  if (skew.size === 0 && hosts[0] !== undefined) skew.set(hosts[0], 0);
  // Breadth first from the outside in; a host keeps the first shift it gets.
  for (let grown = true; grown;) {
    grown = false;
    for (const call of calls) {
      const caller = skew.get(call.from);
      if (caller === undefined || skew.has(call.to)) continue;
      skew.set(call.to, caller + call.shift);
      grown = true;
    }
  }
  return new Map([...skew].filter(([, shift]) => shift !== 0));
}

function shiftWithin(low: number, high: number, middles: readonly number[]): number {
  if (low <= NOISE_NS && high >= -NOISE_NS) return 0;
  if (low <= high) return Math.round((low + high) / 2);
  const sorted = [...middles].sort((a, b) => a - b);
  const median = Math.round(sorted[Math.floor(sorted.length / 2)]!);
  return Math.abs(median) <= NOISE_NS ? 0 : median;
}

export const skewOfSpan = (span: Span, skew: ReadonlyMap<string, number>): number =>
  skew.get(hostOf(span.resource, span.service)) ?? 0;
export const skewOfLine = (line: LogLine, skew: ReadonlyMap<string, number>): number =>
  skew.get(hostOf(line.resource, line.service)) ?? 0;
