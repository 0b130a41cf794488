import { randomBytes } from 'node:crypto';
import { TraceRequest } from '@/lib/telemetry/otlp/schema';

const SERVICES = ['edge', 'checkout', 'inventory', 'payments', 'worker'];
const FAN_OUT = 8;

/**
 * One OTLP/protobuf body: `count` spans with 15 attributes each, a tree of fan-out eight in one
 * trace.
 */
export function traceBody(
  count: number,
  correlationId: string,
  atMs = Date.now(),
  traceId = randomBytes(16),
  from = 0,
  ids: Buffer[] = [],
): { body: Uint8Array<ArrayBuffer>; traceId: Buffer } {
  const start = BigInt(atMs) * 1_000_000n;
  const groups = new Map<string, object[]>();
  for (let index = from; index < from + count; index += 1) {
    ids[index] = randomBytes(8);
    const service = SERVICES[index % SERVICES.length]!;
    const parent = index === 0 ? undefined : ids[Math.floor((index - 1) / FAN_OUT)];
    const begin = start + BigInt(index) * 20_000n;
    const span = {
      traceId,
      spanId: ids[index],
      ...(parent ? { parentSpanId: parent } : {}),
      name: `operation ${index % 40}`,
      kind: index === 0 ? 2 : 1,
      startTimeUnixNano: String(begin),
      endTimeUnixNano: String(begin + 3_000_000n),
      attributes: Array.from({ length: 15 }, (_, number) =>
        attribute(number, index, correlationId),
      ),
      status: index % 997 === 500 ? { code: 2, message: 'planted' } : {},
    };
    groups.set(service, [...(groups.get(service) ?? []), span]);
  }
  const message = {
    resourceSpans: [...groups].map(([service, spans]) => ({
      resource: {
        attributes: [
          { key: 'service.name', value: { stringValue: service } },
          { key: 'k8s.pod.name', value: { stringValue: `${service}-0` } },
        ],
      },
      scopeSpans: [{ scope: { name: 'bench' }, spans }],
    })),
  };
  return {
    body: new Uint8Array(TraceRequest.encode(TraceRequest.fromObject(message)).finish()),
    traceId,
  };
}

export async function sendSpans(url: string, body: Uint8Array<ArrayBuffer>): Promise<number> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-protobuf' },
    body,
  });
  await response.arrayBuffer();
  return response.status;
}

/** A request of any size, sent in batches to where traces are taken; its id. */
export async function sendRequest(url: string, count: number): Promise<string> {
  const id = `bench-${count}-${randomBytes(6).toString('hex')}`;
  const traceId = randomBytes(16);
  const [ids, atMs] = [[] as Buffer[], Date.now() - 5_000];
  for (let from = 0; from < count; from += 2_000) {
    const status = await sendSpans(
      url,
      traceBody(Math.min(2_000, count - from), id, atMs, traceId, from, ids).body,
    );
    if (status !== 200) throw new Error(`intake answered ${status}`);
  }
  return id;
}

function attribute(number: number, spanIndex: number, correlationId: string): object {
  const key = `attribute.number.${number}`;
  if (number === 0) return { key: 'correlation_id', value: { stringValue: correlationId } };
  if (number % 3 === 0) return { key, value: { intValue: spanIndex } };
  return { key, value: { stringValue: `value ${spanIndex} of ${number}` } };
}
