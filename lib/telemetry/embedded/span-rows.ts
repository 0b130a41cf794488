import type { SpanId, TraceId } from '@/lib/correlation-id/grammar';
import { epochNs } from '@/lib/time/units';
import type { SpanOutcome } from '../conventions';
import type { Attributes, Span, SpanEvent, SpanKind, SpanLink, SpanStatus } from '../model';

/** A row of `telemetry.span_rows`, with its resource. */
export interface SpanRow {
  readonly start_ns: bigint;
  readonly end_ns: bigint;
  readonly trace_id: Buffer;
  readonly span_id: Buffer;
  readonly parent_span_id: Buffer | null;
  readonly kind: SpanKind;
  readonly status: SpanStatus;
  readonly outcome: SpanOutcome;
  readonly ended: boolean;
  readonly service: string;
  readonly name: string;
  /** JSON, as write.ts makes it. */
  readonly detail: string;
  /** JSON; null where it was not asked for, or is not there. */
  readonly resource: string | null;
}

/** The columns of a row, but for its resource. */
export const SPAN_COLUMNS = `
  start_ns,
  end_ns,
  trace_id,
  span_id,
  parent_span_id,
  kind,
  status,
  outcome,
  ended,
  service,
  name,
  detail`;

interface StoredDetail {
  readonly attributes: Attributes;
  readonly statusMessage?: string;
  readonly scope?: string;
  readonly events?: readonly { timeNs: string; name: string; attributes: Attributes }[];
  readonly links?: readonly SpanLink[];
}

export function toSpans(rows: readonly SpanRow[]): Span[] {
  const parseResource = resourceParser();
  return rows.map((row): Span => {
    const detail = JSON.parse(row.detail) as StoredDetail;
    return {
      traceId: row.trace_id.toString('hex') as TraceId,
      spanId: row.span_id.toString('hex') as SpanId,
      parentSpanId: (row.parent_span_id?.toString('hex') ?? undefined) as SpanId | undefined,
      name: row.name,
      kind: row.kind,
      startNs: epochNs(row.start_ns),
      endNs: epochNs(row.end_ns),
      ended: row.ended,
      status: row.status,
      outcome: row.outcome,
      statusMessage: detail.statusMessage ?? '',
      service: row.service,
      attributes: detail.attributes,
      resource: parseResource(row.resource),
      scope: detail.scope ?? '',
      events: (detail.events ?? []).map((event): SpanEvent => ({
        ...event,
        timeNs: epochNs(BigInt(event.timeNs)),
      })),
      links: detail.links ?? [],
    };
  });
}

/** Thousands of rows share a handful of resources: each text is parsed once. */
export function resourceParser(): (text: string | null) => Attributes {
  const parsed = new Map<string, Attributes>();
  return (text) => {
    if (!text) return {};
    const known = parsed.get(text);
    if (known) return known;
    const resource = JSON.parse(text) as Attributes;
    parsed.set(text, resource);
    return resource;
  };
}
