import type { Attributes, AttributeValue, Span, SpanKind } from '../model';

const KIND_NUMBERS: Record<SpanKind, number> = {
  internal: 1,
  server: 2,
  client: 3,
  producer: 4,
  consumer: 5,
};
const STATUS_NUMBERS = { unset: 0, ok: 1, error: 2 } as const;

/** Spans as an OTLP/JSON trace message: what `/v1/traces` of any OpenTelemetry backend takes. */
export function encodeSpans(spans: readonly Span[]) {
  const byResource = new Map<string, Span[]>();
  for (const span of spans) {
    const key = `${span.scope} ${JSON.stringify(span.resource)}`;
    const group = byResource.get(key);
    if (group) group.push(span);
    else byResource.set(key, [span]);
  }
  return {
    resourceSpans: [...byResource.values()].map((group) => ({
      resource: { attributes: encodeAttributes(group[0]!.resource) },
      scopeSpans: [{ scope: { name: group[0]!.scope }, spans: group.map(encodeSpan) }],
    })),
  };
}

const encodeSpan = (span: Span) => ({
  traceId: span.traceId,
  spanId: span.spanId,
  ...(span.parentSpanId ? { parentSpanId: span.parentSpanId } : {}),
  name: span.name,
  kind: KIND_NUMBERS[span.kind],
  startTimeUnixNano: (span.implausible?.startNs ?? span.startNs).toString(),
  endTimeUnixNano: encodeEnd(span),
  attributes: encodeAttributes(span.attributes),
  events: span.events.map((event) => ({
    timeUnixNano: event.timeNs.toString(),
    name: event.name,
    attributes: encodeAttributes(event.attributes),
  })),
  links: span.links.map((link) => ({
    traceId: link.traceId,
    spanId: link.spanId,
    attributes: encodeAttributes(link.attributes),
  })),
  status: {
    code: STATUS_NUMBERS[span.status],
    ...(span.statusMessage ? { message: span.statusMessage } : {}),
  },
});

/** OTLP has 0 for an end that is not there. */
function encodeEnd({ ended, endNs, implausible }: Span): string {
  return ended ? (implausible?.endNs ?? endNs).toString() : '0';
}

/** Attributes as OTLP/JSON has them. */
export const encodeAttributes = (attributes: Attributes) =>
  Object.entries(attributes).map(([key, value]) => ({ key, value: encodeValue(value) }));

function encodeValue(value: AttributeValue): unknown {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number')
    return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(encodeValue) } };
  return { kvlistValue: { values: encodeAttributes(value as Attributes) } };
}
