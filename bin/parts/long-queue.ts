import { randomBytes } from 'node:crypto';
import { mintCorrelationId } from '@/lib/correlation-id/propagation';

/**
 * Sends a request whose message waited forty minutes in its queue.
 * @returns its correlation id
 */
export async function sendLongQueue(tracesUrl: string): Promise<string> {
  const id = mintCorrelationId(Date.now() - 45 * 60_000);
  const at = (ms: number) => String(BigInt(Date.now() - 45 * 60_000 + ms) * 1_000_000n);
  const [first, second, sent] = [
    randomBytes(16).toString('hex'),
    randomBytes(16).toString('hex'),
    randomBytes(8).toString('hex'),
  ];
  const correlation = { key: 'correlation_id', value: { stringValue: id } };
  const queue = { key: 'messaging.destination.name', value: { stringValue: 'invoices' } };
  const span = (
    traceId: string,
    spanId: string,
    parentSpanId: string | undefined,
    name: string,
    kind: number,
    from: number,
    to: number,
    more: object = {},
  ) => ({
    traceId,
    spanId,
    parentSpanId,
    name,
    kind,
    startTimeUnixNano: at(from),
    endTimeUnixNano: at(to),
    attributes: [correlation],
    ...more,
  });
  const [root1, root2] = [randomBytes(8).toString('hex'), randomBytes(8).toString('hex')];
  const group = (service: string, spans: object[]) => ({
    resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
    scopeSpans: [{ spans }],
  });
  const body = {
    resourceSpans: [
      group('edge', [span(first, root1, undefined, 'POST /invoices', 2, 0, 140)]),
      group('billing', [
        span(first, sent, root1, 'send invoices', 4, 60, 120, { attributes: [correlation, queue] }),
      ]),
      group('printer', [
        span(second, root2, undefined, 'process invoices', 5, 2_400_120, 2_400_420, {
          attributes: [correlation, queue],
          links: [{ traceId: first, spanId: sent }],
        }),
        span(second, randomBytes(8).toString('hex'), root2, 'render', 1, 2_400_150, 2_400_330),
      ]),
    ],
  };
  await fetch(tracesUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return id;
}
