/**
 * OTLP as it arrives: decoded protobuf (ids are bytes, 64-bit numbers are Long) or JSON (ids hex,
 * or base64 from Tempo; numbers as strings; enums as numbers or names; defaults missing). Nothing
 * here is trusted: every field is read through `normalize`.
 */
export type WireNumber = string | number | { toString(): string } | undefined | null;
export type WireId = string | Uint8Array | undefined | null;

export interface WireValue {
  stringValue?: string;
  boolValue?: boolean;
  intValue?: WireNumber;
  doubleValue?: number | string;
  arrayValue?: { values?: (WireValue | null)[] | null };
  kvlistValue?: { values?: WireKeyValue[] | null };
  bytesValue?: Uint8Array | string;
}

export interface WireKeyValue {
  key?: string;
  value?: WireValue | null;
}

export interface WireSpan {
  traceId?: WireId;
  spanId?: WireId;
  parentSpanId?: WireId;
  name?: string;
  kind?: number | string;
  startTimeUnixNano?: WireNumber;
  endTimeUnixNano?: WireNumber;
  attributes?: WireKeyValue[];
  events?: { timeUnixNano?: WireNumber; name?: string; attributes?: WireKeyValue[] }[];
  links?: { traceId?: WireId; spanId?: WireId; attributes?: WireKeyValue[] }[];
  status?: { message?: string; code?: number | string } | null;
  droppedAttributesCount?: number;
  droppedEventsCount?: number;
  droppedLinksCount?: number;
}

export interface WireLogRecord {
  timeUnixNano?: WireNumber;
  observedTimeUnixNano?: WireNumber;
  severityNumber?: number | string;
  severityText?: string;
  eventName?: string;
  droppedAttributesCount?: number;
  body?: WireValue | null;
  attributes?: WireKeyValue[];
  traceId?: WireId;
  spanId?: WireId;
}

interface WireResource {
  resource?: { attributes?: WireKeyValue[] } | null;
}

export interface WireResourceSpans extends WireResource {
  scopeSpans?: { scope?: { name?: string } | null; spans?: (WireSpan | null)[] }[];
}

export interface WireResourceLogs extends WireResource {
  scopeLogs?: { scope?: { name?: string } | null; logRecords?: (WireLogRecord | null)[] }[];
}
