import { Graph, layout } from '@dagrejs/dagre';
import { byNames, type ServiceCall } from './service-calls';

export const BOX_WIDTH = 112;
export const BOX_HEIGHT = 34;
/** A label has two lines. */
const LABEL_HEIGHT = 34;
const CHARACTER_WIDTH = 7.2;

interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Point {
  readonly service: string;
}

export interface Connection {
  readonly call: ServiceCall;
  /** Of SVG. */
  readonly path: string;
  readonly end: Point;
  /** The middle of its label. */
  readonly label: Point;
}

export interface ServiceMapLayout {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Box[];
  readonly connections: readonly Connection[];
}

/**
 * A box for each service, from left to right in the direction of the calls, and a line for each
 * call that passes between the boxes and keeps room for its label. The same for the same calls,
 * however they are ordered. Pure.
 * @param labelLength the characters of the longest line of a call's label
 */
export function layoutServiceMap(
  calls: readonly ServiceCall[],
  labelLength: (call: ServiceCall) => number,
): ServiceMapLayout {
  if (calls.length === 0) return { width: 0, height: 0, boxes: [], connections: [] };
  const graph = new Graph()
    .setGraph({ rankdir: 'LR', nodesep: 22, edgesep: 14, ranksep: 24, marginx: 4, marginy: 4 })
    .setDefaultEdgeLabel(() => ({}));
  const services = [...new Set(calls.flatMap(({ client, server }) => [client, server]))].toSorted();
  const ordered = calls.toSorted(byNames);
  for (const service of services) graph.setNode(service, { width: BOX_WIDTH, height: BOX_HEIGHT });
  for (const call of ordered)
    graph.setEdge(call.client, call.server, {
      width: labelLength(call) * CHARACTER_WIDTH,
      height: LABEL_HEIGHT,
      labelpos: 'c',
    });
  layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  return {
    width,
    height,
    boxes: services.map((service) => {
      const { x, y } = graph.node(service);
      return { service, x: x - BOX_WIDTH / 2, y: y - BOX_HEIGHT / 2 };
    }),
    connections: ordered.map((call) => {
      const { points, x, y } = graph.edge(call.client, call.server);
      return { call, path: toSmoothPath(points), end: points.at(-1)!, label: { x: x!, y: y! } };
    }),
  };
}

const middleOf = (a: Point, b: Point): string => `${(a.x + b.x) / 2} ${(a.y + b.y) / 2}`;

/** A path through the middles between points that bends at the points. */
function toSmoothPath(points: readonly Point[]): string {
  const [first, ...rest] = points;
  const [second] = rest;
  const last = rest.at(-1);
  if (!first || !second || !last) return '';
  const bends = rest
    .slice(0, -1)
    .map((point, index) => `Q${point.x} ${point.y} ${middleOf(point, rest[index + 1]!)}`);
  return [
    `M${first.x} ${first.y}`,
    ...(bends.length > 0 ? [`L${middleOf(first, second)}`, ...bends] : []),
    `L${last.x} ${last.y}`,
  ].join(' ');
}
