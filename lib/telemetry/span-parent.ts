// Pure: runs in browsers too.
import type { Span } from './model';

/** The spans of one trace by their id, which several may share; the first is the earliest. */
export type SpansById = ReadonlyMap<string, readonly Span[]>;

export interface ParentChoice {
  readonly parent: Span | undefined;
  /** Several spans have the id it names, and nothing tells which of them it belongs to. */
  readonly isDoubtful: boolean;
}

/** Of more that share one id than this only the earliest are compared: some give all spans one id. */
const MAX_COMPARED = 50;

/** What tells processes of one service apart. */
const INSTANCE_ATTRIBUTES = [
  'service.instance.id',
  'k8s.pod.name',
  'host.name',
  'process.pid',
] as const;

/**
 * The span around another. Where a client and a server share an id the server is the child (Zipkin's
 * model). Of several that have the id of the parent it is the one of the same process, else of the
 * same service, then the one that called on (not a client, which only waits), then one that was
 * running when the child began, then the earliest.
 */
export function chooseParent(span: Span, byId: SpansById): ParentChoice {
  const client = sharedClient(span, byId);
  if (client) return { parent: client, isDoubtful: false };
  const { parentSpanId } = span;
  if (parentSpanId === undefined || parentSpanId === span.spanId) return NO_PARENT;
  const named = byId.get(parentSpanId);
  if (!named) return NO_PARENT;
  const left = named.length > 1 ? likeliest(span, named.slice(0, MAX_COMPARED)) : named;
  return { parent: left[0], isDoubtful: left.length > 1 };
}

const NO_PARENT: ParentChoice = { parent: undefined, isDoubtful: false };

function sharedClient(span: Span, byId: SpansById): Span | undefined {
  if (span.kind !== 'server') return undefined;
  const sharing = byId.get(span.spanId) ?? [];
  const clients = sharing.slice(0, MAX_COMPARED).filter(({ kind }) => kind === 'client');
  return narrow(clients, (client) => wasRunningAt(client, span.startNs))[0];
}

function likeliest(span: Span, named: readonly Span[]): readonly Span[] {
  const ofService = narrow(named, ({ service }) => service === span.service);
  const ofProcess = narrow(ofService, (each) => isSameProcess(each, span));
  const calling = narrow(ofProcess, ({ kind }) => kind !== 'client' && kind !== 'producer');
  return narrow(calling, (each) => wasRunningAt(each, span.startNs));
}

/** Those that fit, or all where none does. */
function narrow(spans: readonly Span[], fits: (span: Span) => boolean): readonly Span[] {
  const fitting = spans.filter(fits);
  return fitting.length > 0 ? fitting : spans;
}

const isSameProcess = (a: Span, b: Span): boolean =>
  a.service === b.service &&
  INSTANCE_ATTRIBUTES.every((name) => a.resource[name] === b.resource[name]);

const wasRunningAt = ({ startNs, endNs }: Span, timeNs: bigint): boolean =>
  startNs <= timeNs && timeNs <= endNs;
