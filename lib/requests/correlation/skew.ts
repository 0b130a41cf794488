import { httpStatusOf } from '@/lib/telemetry/conventions';
import type { Attributes, LogLine, Span } from '@/lib/telemetry/model';
import type { SpanNode } from './tree';

/**
 * What has a clock of its own, by the resource attributes of OpenTelemetry. Pods of one node share
 * the node's; `service.instance.id` is new with each process and names no machine.
 */
const CLOCK_ATTRIBUTES = ['k8s.node.name', 'k8s.pod.name', 'host.name', 'host.id'] as const;

/** Whose clock a span was measured by; its service where nothing says on which machine it ran. */
export function hostOf(resource: Attributes, service: string): string {
  for (const key of CLOCK_ATTRIBUTES) {
    const value = resource[key];
    if (typeof value === 'string' && value) return value;
  }
  return service;
}

/** What is to be added to the clock of a host, and how many calls show it. */
export interface ClockShift {
  readonly shiftNs: number;
  readonly calls: number;
}

/** Smaller violations are measuring noise. */
const NOISE_NS = 1_000_000;
/** One call alone has to be further off. */
const NOISE_OF_ONE_NS = 5_000_000;
/** Codes that a client gets, or makes, without its server having answered. */
const NOT_OF_SERVER: ReadonlySet<number> = new Set([408, 499, 502, 503, 504]);

/**
 * What to add to each host's clock so that calls begin inside their callers.
 *
 * A server span begins while its client span waits: `client.start <= server.start + d` and, where
 * the client got an answer, `server.start + d <= client.end` bound the shift `d` between two clocks
 * from both sides. A server may end after its client (streams, work that goes on), and may begin
 * after a client that gave up: so ends show no skew. They only narrow the estimate, whose middle is
 * taken as Jaeger's adjuster centres one call.
 *
 * Skew is claimed where no shift of 0 fits, by more than the time that the fastest call spent on
 * the way, by at least half of the calls between two hosts, and where these do not contradict each
 * other. Shifts add up along the calls, from the hosts that nobody called. Hosts without a shift
 * are not in the map. The estimate is shown, never silently applied. Pure.
 */
export function estimateSkew(nodes: readonly SpanNode[]): Map<string, ClockShift> {
  const hosts = nodes.map(({ span }) => hostOf(span.resource, span.service));
  const relations = relationsOf(nodes, hosts);
  const called = new Set(relations.map(({ to }) => to));
  const outermost = hosts.filter((host) => !called.has(host));
  const references = outermost.length > 0 ? outermost : hosts.slice(0, 1);
  const shifts = propagate(references, relations, new Set());
  const contradicted = new Set(violated(relations, shifts).map(({ to }) => to));
  const settled = contradicted.size ? propagate(references, relations, contradicted) : shifts;
  return new Map([...settled].filter(([, { shiftNs }]) => shiftNs !== 0));
}

/** Bounds of the shift of the called host against its caller, by one call. */
interface CallBounds {
  /** The server began no sooner than its client. */
  readonly low: number;
  /** The server began before its client had its answer; infinite without an answer. */
  readonly high: number;
  /** The server ended before its client did, where it can have. */
  readonly highOfEnd: number;
  /** At most so long the call was on its way. */
  readonly onTheWayNs: number;
}

/** What the calls between two hosts say of their clocks. */
interface Relation {
  readonly from: string;
  readonly to: string;
  readonly low: number;
  readonly high: number;
  /** Violations up to this show nothing. */
  readonly noiseNs: number;
  /** The middle of what fits; 0 where the clocks may agree. */
  readonly shiftNs: number;
  readonly calls: number;
}

function relationsOf(nodes: readonly SpanNode[], hosts: readonly string[]): Relation[] {
  const serversOf = new Map<number, number>();
  for (const { span, parent } of nodes)
    if (span.kind === 'server') serversOf.set(parent, (serversOf.get(parent) ?? 0) + 1);
  const calls = new Map<string, { from: string; to: string; bounds: CallBounds[] }>();
  nodes.forEach(({ span, parent }, index) => {
    const client = nodes[parent]?.span;
    if (!client || !isCall(client, span) || hosts[index] === hosts[parent]) return;
    const [from, to] = [hosts[parent]!, hosts[index]!];
    const bounds = boundsOf(client, span, serversOf.get(parent) === 1);
    const opposite = calls.get(`${to}\n${from}`);
    if (opposite) return void opposite.bounds.push(turned(bounds));
    const known = calls.get(`${from}\n${to}`) ?? { from, to, bounds: [] };
    known.bounds.push(bounds);
    calls.set(`${from}\n${to}`, known);
  });
  return [...calls.values()].flatMap(({ from, to, bounds }) => {
    const relation = intersect(bounds);
    return relation ? [{ from, to, ...relation, calls: bounds.length }] : [];
  });
}

/** A call of which both ends are known, with times that can be true. */
const isCall = (client: Span, server: Span): boolean =>
  client.kind === 'client' &&
  server.kind === 'server' &&
  [client, server].every(({ ended, implausible }) => ended && implausible === undefined);

function boundsOf(client: Span, server: Span, isOnlyServer: boolean): CallBounds {
  const clientNs = Number(client.endNs - client.startNs);
  const onTheWayNs = clientNs - Number(server.endNs - server.startNs);
  // Of several attempts below one client any may have given the answer.
  const answered = isOnlyServer && wasAnswered(client);
  const mayContain = answered && onTheWayNs >= 0;
  return {
    low: Number(client.startNs - server.startNs),
    high: answered ? Number(client.endNs - server.startNs) : Infinity,
    highOfEnd: mayContain ? Number(client.endNs - server.endNs) : Infinity,
    onTheWayNs: mayContain ? onTheWayNs : clientNs,
  };
}

/** Whether the client waited until its server answered, as far as it says. */
function wasAnswered(client: Span): boolean {
  const status = httpStatusOf(client);
  if (status !== undefined) return !NOT_OF_SERVER.has(status);
  const { attributes, outcome } = client;
  const isHttp = 'http.request.method' in attributes || 'http.method' in attributes;
  return outcome === 'good' && !isHttp;
}

/** The same call, as bounds of the shift of its caller. */
const turned = ({ low, high, onTheWayNs }: CallBounds): CallBounds => ({
  low: -high,
  high: -low,
  highOfEnd: Infinity,
  onTheWayNs,
});

/** Undefined where the calls contradict each other. */
function intersect(
  bounds: readonly CallBounds[],
): Pick<Relation, 'low' | 'high' | 'noiseNs' | 'shiftNs'> | undefined {
  let [low, high, highOfEnd, onTheWayNs] = [-Infinity, Infinity, Infinity, Infinity];
  let violating = 0;
  for (const each of bounds) {
    low = Math.max(low, each.low);
    high = Math.min(high, each.high);
    highOfEnd = Math.min(highOfEnd, each.highOfEnd);
    onTheWayNs = Math.min(onTheWayNs, each.onTheWayNs);
    if (each.low > NOISE_NS || each.high < -NOISE_NS) violating += 1;
  }
  if (low > high + NOISE_NS) return undefined;
  const noiseNs = Math.max(bounds.length === 1 ? NOISE_OF_ONE_NS : NOISE_NS, onTheWayNs);
  const violationNs = Math.max(low, -high);
  const isClaimed = violationNs > noiseNs && violating * 2 >= bounds.length;
  if (!isClaimed) return { low, high, noiseNs, shiftNs: 0 };
  const upper = highOfEnd >= low ? Math.min(high, highOfEnd) : high;
  const shiftNs = Math.round(upper === Infinity ? low : (low + upper) / 2);
  return { low, high, noiseNs, shiftNs };
}

/**
 * The shift of every host that calls lead to, breadth first; a host keeps the first it gets.
 * @param contradicted hosts whose calls do not agree: nothing is claimed of them, nor over them
 */
function propagate(
  references: readonly string[],
  relations: readonly Relation[],
  contradicted: ReadonlySet<string>,
): Map<string, ClockShift> {
  const byCaller = new Map<string, Relation[]>();
  for (const relation of relations) {
    const known = byCaller.get(relation.from);
    if (known) known.push(relation);
    else byCaller.set(relation.from, [relation]);
  }
  const shifts = new Map(references.map((host) => [host, { shiftNs: 0, calls: 0 }]));
  // A map is gone through in the order of its entries, those that are added meanwhile too.
  for (const [host, { shiftNs }] of shifts)
    for (const relation of byCaller.get(host) ?? []) {
      const { to, calls } = relation;
      if (shifts.has(to) || contradicted.has(to)) continue;
      shifts.set(to, {
        shiftNs: isTrueClock(shiftNs, relation) ? 0 : shiftNs + relation.shiftNs,
        calls,
      });
    }
  return shifts;
}

/** Whether the called host may have the right time, although its caller is off by this. */
const isTrueClock = (callerShiftNs: number, { low, high, noiseNs }: Relation): boolean =>
  callerShiftNs + low <= noiseNs && callerShiftNs + high >= -noiseNs;

/** The relations that the shifts of their hosts do not fit. */
const violated = (
  relations: readonly Relation[],
  shifts: ReadonlyMap<string, ClockShift>,
): readonly Relation[] =>
  relations.filter(({ from, to, low, high, noiseNs }) => {
    const [caller, server] = [shifts.get(from), shifts.get(to)];
    if (!caller || !server) return false;
    const shiftNs = server.shiftNs - caller.shiftNs;
    return shiftNs < low - noiseNs || shiftNs > high + noiseNs;
  });

export const skewOfSpan = (span: Span, skew: ReadonlyMap<string, ClockShift>): number =>
  skew.get(hostOf(span.resource, span.service))?.shiftNs ?? 0;
export const skewOfLine = (line: LogLine, skew: ReadonlyMap<string, ClockShift>): number =>
  skew.get(hostOf(line.resource, line.service))?.shiftNs ?? 0;
