import protobuf from 'protobufjs';

/**
 * The part of the OTLP schema the portal reads and writes (opentelemetry-proto v1: common,
 * resource, trace, logs, collector). Field numbers are the contract; Tempo's trace-by-id body is
 * the same message as a trace request.
 */
const PROTO = `
syntax = "proto3";
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
  repeated Event events = 11;
  repeated Link links = 13;
  Status status = 15;
}
message ScopeSpans { Scope scope = 1; repeated Span spans = 2; }
message ResourceSpans { Resource resource = 1; repeated ScopeSpans scopeSpans = 2; }
message TraceRequest { repeated ResourceSpans resourceSpans = 1; }
message TraceById { TraceRequest trace = 1; int32 status = 3; string message = 4; }
message LogRecord {
  fixed64 timeUnixNano = 1;
  int32 severityNumber = 2;
  string severityText = 3;
  AnyValue body = 5;
  repeated KeyValue attributes = 6;
  bytes traceId = 9;
  bytes spanId = 10;
  fixed64 observedTimeUnixNano = 11;
}
message ScopeLogs { Scope scope = 1; repeated LogRecord logRecords = 2; }
message ResourceLogs { Resource resource = 1; repeated ScopeLogs scopeLogs = 2; }
message LogsRequest { repeated ResourceLogs resourceLogs = 1; }
message PartialSuccess { int64 rejected = 1; string errorMessage = 2; }
message ExportResponse { PartialSuccess partialSuccess = 1; }
message RpcStatus { int32 code = 1; string message = 2; }
`;

const root = protobuf.parse(PROTO).root;

export const TraceRequest = root.lookupType('TraceRequest');
/** Tempo's v2 answer (tempopb.TraceByIDResponse). */
export const TraceById = root.lookupType('TraceById');
export const LogsRequest = root.lookupType('LogsRequest');
export const ExportResponse = root.lookupType('ExportResponse');
export const RpcStatus = root.lookupType('RpcStatus');
