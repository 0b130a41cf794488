import type { WireKeyValue, WireResourceSpans } from '@/lib/telemetry/otlp/wire';

export const FAULTS = [
  'exception',
  'timeout',
  'slow-database',
  'missing-consumer',
  'panic',
] as const;
export type Fault = (typeof FAULTS)[number];

const START_NS = 1_795_609_800_000_000_000n;
const KINDS = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 } as const;

export type Values = Readonly<Record<string, string | number>>;

/** A span of a request that is made up. */
export interface Shape {
  readonly service: string;
  readonly name: string;
  readonly kind: keyof typeof KINDS;
  /** Position of the span around it in the list. */
  readonly parent?: number;
  /** Milliseconds from the start of the request. */
  readonly from: number;
  readonly to: number;
  readonly attributes?: Values;
  /** Its status is an error, with this message. */
  readonly error?: string;
  /** Type and message. */
  readonly thrown?: readonly [string, string];
}

const attributesOf = (values: Values): WireKeyValue[] =>
  Object.entries(values).map(([key, value]) => ({
    key,
    value: typeof value === 'number' ? { intValue: value } : { stringValue: value },
  }));

/** Shapes as OTLP/JSON. @param seed of the trace id: two digits */
export function toOtlp(seed: string, shapes: readonly Shape[]): WireResourceSpans[] {
  const at = (ms: number) => String(START_NS + BigInt(Math.round(ms * 1e6)));
  const id = (position: number) => `${seed}${(position + 1).toString(16).padStart(14, '0')}`;
  const spans = shapes.map((shape, position) => ({
    service: shape.service,
    traceId: seed.repeat(16),
    spanId: id(position),
    ...(shape.parent === undefined ? {} : { parentSpanId: id(shape.parent) }),
    name: shape.name,
    kind: KINDS[shape.kind],
    startTimeUnixNano: at(shape.from),
    endTimeUnixNano: at(shape.to),
    attributes: attributesOf({ correlation_id: `generated-${seed}-0001`, ...shape.attributes }),
    status: shape.error === undefined ? {} : { code: 2, message: shape.error },
    events: shape.thrown
      ? [
          {
            timeUnixNano: at(shape.to),
            name: 'exception',
            attributes: attributesOf({
              'exception.type': shape.thrown[0],
              'exception.message': shape.thrown[1],
            }),
          },
        ]
      : [],
  }));
  return [...Map.groupBy(spans, ({ service }) => service)].map(([service, members]) => ({
    resource: { attributes: attributesOf({ 'service.name': service }) },
    scopeSpans: [{ scope: { name: 'generated' }, spans: members }],
  })) as WireResourceSpans[];
}

export const status = (code: number): Values => ({ 'http.response.status_code': code });
export const orders: Values = {
  'messaging.system': 'rabbitmq',
  'messaging.destination.name': 'orders',
  'messaging.operation.type': 'send',
};
