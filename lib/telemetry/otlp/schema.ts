import protobuf from 'protobufjs';

/**
 * The part of the OTLP schema the portal reads and writes (opentelemetry-proto v1: common,
 * resource, trace, logs, collector). Field numbers are the contract; Tempo's trace-by-id body is
 * the same message as a trace request. Text is not held to be UTF-8: a byte that is none becomes
 * U+FFFD instead of costing its whole message. Raw… are the same messages read one level at a time.
 */
const PROTO = `
edition = "2023";
option features.field_presence = IMPLICIT;
option features.utf8_validation = NONE;
message ArrayValue { repeated AnyValue values = 1; }
message KeyValueList { repeated KeyValue values = 1; }
message AnyValue {
  oneof value {
    string stringValue = 1;
    bool boolValue = 2;
    int64 intValue = 3;
    double doubleValue = 4;
    ArrayValue arrayValue = 5;
    KeyValueList kvlistValue = 6;
    bytes bytesValue = 7;
  }
}
message KeyValue { string key = 1; AnyValue value = 2; }
message Scope { string name = 1; string version = 2; }
message Resource { repeated KeyValue attributes = 1; }
message Event { fixed64 timeUnixNano = 1; string name = 2; repeated KeyValue attributes = 3; }
message Link {
  bytes traceId = 1;
  bytes spanId = 2;
  string traceState = 3;
  repeated KeyValue attributes = 4;
  uint32 droppedAttributesCount = 5;
  fixed32 flags = 6;
}
message Status { string message = 2; int32 code = 3; }
message Span {
  bytes traceId = 1;
  bytes spanId = 2;
  string traceState = 3;
  bytes parentSpanId = 4;
  string name = 5;
  int32 kind = 6;
  fixed64 startTimeUnixNano = 7;
  fixed64 endTimeUnixNano = 8;
  repeated KeyValue attributes = 9;
  uint32 droppedAttributesCount = 10;
  repeated Event events = 11;
  uint32 droppedEventsCount = 12;
  repeated Link links = 13;
  uint32 droppedLinksCount = 14;
  Status status = 15;
  fixed32 flags = 16;
}
message ScopeSpans { Scope scope = 1; repeated Span spans = 2; }
message ResourceSpans {
  Resource resource = 1;
  repeated ScopeSpans scopeSpans = 2;
  repeated ScopeSpans instrumentationLibrarySpans = 1000;
}
message TraceRequest { repeated ResourceSpans resourceSpans = 1; }
message TraceById { TraceRequest trace = 1; int32 status = 3; string message = 4; }
message LogRecord {
  fixed64 timeUnixNano = 1;
  int32 severityNumber = 2;
  string severityText = 3;
  AnyValue body = 5;
  repeated KeyValue attributes = 6;
  uint32 droppedAttributesCount = 7;
  fixed32 flags = 8;
  bytes traceId = 9;
  bytes spanId = 10;
  fixed64 observedTimeUnixNano = 11;
  string eventName = 12;
}
message ScopeLogs { Scope scope = 1; repeated LogRecord logRecords = 2; }
message ResourceLogs {
  Resource resource = 1;
  repeated ScopeLogs scopeLogs = 2;
  repeated ScopeLogs instrumentationLibraryLogs = 1000;
}
message LogsRequest { repeated ResourceLogs resourceLogs = 1; }
message RawRequest { repeated bytes groups = 1; }
message RawGroup { bytes resource = 1; repeated bytes scopes = 2; repeated bytes oldScopes = 1000; }
message RawScope { bytes scope = 1; repeated bytes items = 2; }
message PartialSuccess { int64 rejected = 1; string errorMessage = 2; }
message ExportResponse { PartialSuccess partialSuccess = 1; }
message RpcStatus { int32 code = 1; string message = 2; }
`;

const root = protobuf.parse(PROTO).root;

export const TraceRequest = root.lookupType('TraceRequest');
/** Tempo's v2 answer (tempopb.TraceByIDResponse). */
export const TraceById = root.lookupType('TraceById');
export const LogsRequest = root.lookupType('LogsRequest');
export const Item = {
  traces: root.lookupType('Span'),
  logs: root.lookupType('LogRecord'),
} as const;
export const ResourceMessage = root.lookupType('Resource');
export const ScopeMessage = root.lookupType('Scope');
export const RawRequest = root.lookupType('RawRequest');
export const RawGroup = root.lookupType('RawGroup');
export const RawScope = root.lookupType('RawScope');
export const ExportResponse = root.lookupType('ExportResponse');
export const RpcStatus = root.lookupType('RpcStatus');
