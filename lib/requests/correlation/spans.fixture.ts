import { asSpanId, asTraceId } from '@/lib/correlation-id/grammar';
import { outcomeOf } from '@/lib/telemetry/conventions';
import type { LogLine, Span } from '@/lib/telemetry/model';
import { epochNs } from '@/lib/time/units';

const BASE = 1_790_000_000_000_000_000n;
const MS = 1_000_000n;

/** A span for tests, its times in milliseconds from a fixed base. Ids are small numbers. */
export function span(
  id: number,
  parent: number | undefined,
  startMs: number,
  endMs: number,
  more: Partial<Span> & { trace?: number; host?: string } = {},
): Span {
  const { trace = 1, host, ...fields } = more;
  const service = fields.service ?? 'shop';
  const built = {
    traceId: asTraceId(trace.toString(16))!,
    spanId: asSpanId(id.toString(16))!,
    parentSpanId: parent === undefined ? undefined : asSpanId(parent.toString(16)),
    name: `work ${id}`,
    kind: 'internal' as const,
    startNs: epochNs(BASE + BigInt(Math.round(startMs * 1000)) * (MS / 1000n)),
    endNs: epochNs(BASE + BigInt(Math.round(endMs * 1000)) * (MS / 1000n)),
    ended: true,
    status: 'unset' as const,
    statusMessage: '',
    service,
    attributes: {},
    resource: { 'service.name': service, 'k8s.pod.name': host ?? `${service}-0` },
    scope: '',
    events: [],
    links: [],
    ...fields,
  };
  return { outcome: outcomeOf(built), ...built };
}

export const exception = (type: string): Span['events'] => [
  {
    timeNs: epochNs(BASE),
    name: 'exception',
    attributes: { 'exception.type': type, 'exception.message': 'no' },
  },
];

export function line(
  id: number,
  atMs: number,
  more: Partial<LogLine> & { trace?: number; span?: number } = {},
): LogLine {
  const { trace, span: spanId, ...fields } = more;
  return {
    timeNs: epochNs(BASE + BigInt(Math.round(atMs * 1000)) * (MS / 1000n)),
    id: String(id),
    level: 'info',
    body: `line ${id}`,
    service: 'shop',
    traceId: trace === undefined ? undefined : asTraceId(trace.toString(16)),
    spanId: spanId === undefined ? undefined : asSpanId(spanId.toString(16)),
    correlationId: undefined,
    attributes: {},
    resource: {},
    ...fields,
  };
}
