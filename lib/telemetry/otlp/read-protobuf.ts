import protobuf from 'protobufjs';
import { rejectItem, type Rejection, type Signal } from '../rejection';
import { GROUPS, noListOf, notOtlp, type Decoded } from './decoded';
import {
  Item,
  LogsRequest,
  RawGroup,
  RawRequest,
  RawScope,
  ResourceMessage,
  ScopeMessage,
  TraceRequest,
} from './schema';

const MESSAGES = { traces: TraceRequest, logs: LogsRequest } as const;
type MessageType = typeof TraceRequest;

/**
 * The groups of an OTLP message in protobuf. Where it cannot be decoded as a whole (a value nested
 * deeper than protobuf allows, an item of another signal) it is decoded item by item, and only what
 * cannot be read is rejected.
 * @throws AppError invalid_input where nothing can be read
 */
export function readProtobuf(signal: Signal, body: Uint8Array): Decoded {
  const whole = tryDecode<Record<string, unknown[]>>(MESSAGES[signal], body);
  const groups = whole?.[GROUPS[signal]];
  if (whole && groups && (groups.length > 0 || !('$unknowns' in whole)))
    return { groups, rejected: [], warnings: [] };
  if (whole) throw noListOf(signal, ['fields of another message']);
  return readItemByItem(signal, body);
}

function readItemByItem(signal: Signal, body: Uint8Array): Decoded {
  const request = tryDecode<{ groups: Uint8Array[] }>(RawRequest, body);
  if (!request) throw notOtlp('protobuf');
  const rejected: Rejection[] = [];
  const groups = request.groups.map((bytes) => readGroup(signal, bytes, rejected));
  if (groups.every((group) => group === undefined)) throw notOtlp('protobuf');
  return { groups: groups.filter((group) => group !== undefined), rejected, warnings: [] };
}

function readGroup(signal: Signal, bytes: Uint8Array, rejected: Rejection[]): object | undefined {
  const group = tryDecode<{
    resource: Uint8Array;
    scopes: Uint8Array[];
    oldScopes: Uint8Array[];
  }>(RawGroup, bytes);
  if (!group) {
    rejected.push(rejectItem(signal, 'unreadable', 'or more stand in a group that is no protobuf'));
    return undefined;
  }
  const resource = tryDecode<object>(ResourceMessage, group.resource);
  const scopes = [...group.scopes, ...group.oldScopes].map((scope) =>
    readScope(signal, scope, rejected),
  );
  if (resource) return { resource, [signal === 'traces' ? 'scopeSpans' : 'scopeLogs']: scopes };
  const items = scopes.flatMap((scope) => scope.spans ?? scope.logRecords ?? []);
  for (const _ of items)
    rejected.push(rejectItem(signal, 'unreadable', 'is of a resource that cannot be read'));
  return {};
}

interface ReadScope {
  readonly scope: object | undefined;
  readonly spans?: readonly object[];
  readonly logRecords?: readonly object[];
}

function readScope(signal: Signal, bytes: Uint8Array, rejected: Rejection[]): ReadScope {
  const raw = tryDecode<{ scope: Uint8Array; items: Uint8Array[] }>(RawScope, bytes);
  if (!raw)
    rejected.push(rejectItem(signal, 'unreadable', 'or more stand in a group that is no protobuf'));
  const items = (raw?.items ?? []).flatMap((item) => {
    const read = tryDecode<object>(Item[signal], item);
    if (read) return [read];
    rejected.push(rejectionOf(signal, item));
    return [];
  });
  const scope = raw && tryDecode<object>(ScopeMessage, raw.scope);
  return signal === 'traces' ? { scope, spans: items } : { scope, logRecords: items };
}

/** Why an item cannot be decoded; the ids of a span are its first fields, and are mostly there. */
function rejectionOf(signal: Signal, bytes: Uint8Array): Rejection {
  const isSpan = tryDecode<{ traceId?: Uint8Array }>(Item.traces, bytes)?.traceId?.length === 16;
  if (signal === 'logs' && isSpan) return rejectItem(signal, 'other_signal', 'is a span');
  return rejectItem(signal, 'unreadable', 'cannot be decoded, or is nested too deep');
}

function tryDecode<Message>(type: MessageType, bytes: Uint8Array): Message | undefined {
  const reader = protobuf.Reader.create(bytes);
  // Fields of another type tell an item of another signal.
  reader.discardUnknown = false;
  try {
    return type.decode(reader) as unknown as Message;
  } catch {
    // Not swallowed: the caller rejects what cannot be decoded.
    return undefined;
  }
}
