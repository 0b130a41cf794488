import { destinationOf } from '@/lib/telemetry/span-target';
import type { Span } from '@/lib/telemetry/model';
import { laneRoot } from './lane-root';
import type { SpanTree } from './tree';

/** A lane's wait between the span that sent a message and the lane that took it. */
export interface QueueWait {
  readonly producer: number;
  readonly lane: number;
  readonly queue: string;
  readonly startOffset: number;
  readonly duration: number;
}

/** A message nobody was seen to take. */
export interface UnconsumedMessage {
  readonly producer: number;
  readonly queue: string;
  readonly message: string;
}

export interface MatchedMessages {
  readonly waits: QueueWait[];
  readonly unconsumed: UnconsumedMessage[];
}

/**
 * Which span took which message: by a link to the span that sent it, or as the consumer below a
 * producer. Times are offsets on the request's axis, in nanoseconds.
 */
export function matchMessages(
  tree: SpanTree,
  start: Float64Array,
  duration: Float64Array,
): MatchedMessages {
  const { nodes } = tree;
  const byId = firstById(nodes);
  const consumed = new Set<number>();
  const waits: QueueWait[] = [];
  nodes.forEach((node, index) => {
    const producer = linkedSpan(node.span, byId) ?? parentProducer(tree, index);
    if (producer === undefined) return;
    consumed.add(producer);
    // A link into another lane, from that lane's first span, is what started it.
    const startsLane = laneRoot(tree, node.lane) === index;
    if (!startsLane || nodes[producer]!.lane === node.lane) return;
    const sent = start[producer]! + duration[producer]!;
    waits.push({
      producer,
      lane: node.lane,
      queue: destinationOf(node.span) || destinationOf(nodes[producer]!.span),
      startOffset: sent,
      duration: Math.max(0, start[index]! - sent),
    });
  });
  return { waits, unconsumed: unconsumedMessages(tree, consumed) };
}

/** By trace and span id. Of several that share them, the one that sent something. */
function firstById(nodes: SpanTree['nodes']): Map<string, number> {
  const byId = new Map<string, number>();
  nodes.forEach(({ span }, index) => {
    const id = span.traceId + span.spanId;
    if (!byId.has(id) || span.kind === 'producer') byId.set(id, index);
  });
  return byId;
}

/** The first of the linked spans that is among those found. */
function linkedSpan(span: Span, byId: ReadonlyMap<string, number>): number | undefined {
  return span.links
    .map((link) => byId.get(link.traceId + link.spanId))
    .find((target) => target !== undefined);
}

/** A consumer below a producer, or another service: a queue may push to a server. */
function parentProducer({ nodes }: SpanTree, index: number): number | undefined {
  const { span, parent } = nodes[index]!;
  const around = nodes[parent]?.span;
  if (around?.kind !== 'producer') return undefined;
  return span.kind === 'consumer' || span.service !== around.service ? parent : undefined;
}

/** What a producer that failed sent, nobody can take. */
function unconsumedMessages(
  { nodes }: SpanTree,
  consumed: ReadonlySet<number>,
): UnconsumedMessage[] {
  return nodes.flatMap(({ span }, producer) => {
    const isSent = span.kind === 'producer' && span.outcome !== 'failed';
    if (!isSent || consumed.has(producer)) return [];
    const type = span.attributes['messaging.message.type'];
    const message = typeof type === 'string' ? type : span.name;
    return [{ producer, queue: destinationOf(span), message }];
  });
}
