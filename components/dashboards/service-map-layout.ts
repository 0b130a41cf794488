import { Graph, layout } from '@dagrejs/dagre';
import type { Call } from './calls';

export const [BOX_WIDTH, BOX_HEIGHT] = [112, 34];
/** Of a label of two lines, and of one character of it. */
const [LABEL_HEIGHT, CHARACTER] = [34, 7.2];

interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Point {
  readonly service: string;
}

export interface Connection {
  readonly call: Call;
  readonly path: string;
  readonly end: Point;
  /** The middle of its label. */
  readonly label: Point;
}

/**
 * A place for each service from left to right in the direction of the calls, and a way for each call that passes between the boxes and
 * keeps room for its label. The same for the same calls, however they are ordered.
 * @param labelOf the longest line of a call's label
 */
export function layoutOf(
  calls: readonly Call[],
  labelOf: (call: Call) => string,
): {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Box[];
  readonly connections: readonly Connection[];
} {
  if (calls.length === 0) return { width: 0, height: 0, boxes: [], connections: [] };
  const graph = new Graph()
    .setGraph({ rankdir: 'LR', nodesep: 22, edgesep: 14, ranksep: 24, marginx: 4, marginy: 4 })
    .setDefaultEdgeLabel(() => ({}));
  const services = [...new Set(calls.flatMap(({ client, server }) => [client, server]))].sort();
  const sorted = [...calls].sort((a, b) =>
    `${a.client}\n${a.server}` < `${b.client}\n${b.server}` ? -1 : 1,
  );
  for (const service of services) graph.setNode(service, { width: BOX_WIDTH, height: BOX_HEIGHT });
  for (const call of sorted)
    graph.setEdge(call.client, call.server, {
      width: labelOf(call).length * CHARACTER,
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
    connections: sorted.map((call) => {
      const { points, x, y } = graph.edge(call.client, call.server);
      return { call, path: smooth(points), end: points.at(-1)!, label: { x: x!, y: y! } };
    }),
  };
}

/** Through the middles between points, bending at them. */
function smooth(points: readonly Point[]): string {
  const [first, ...rest] = points;
  const middle = (a: Point, b: Point) => `${(a.x + b.x) / 2} ${(a.y + b.y) / 2}`;
  const bends = rest
    .slice(0, -1)
    .map((point, index) => `Q${point.x} ${point.y} ${middle(point, rest[index + 1]!)}`);
  return `M${first!.x} ${first!.y} ${rest.length > 1 ? `L${middle(first!, rest[0]!)} ${bends.join(' ')} ` : ''}L${rest.at(-1)!.x} ${rest.at(-1)!.y}`;
}
