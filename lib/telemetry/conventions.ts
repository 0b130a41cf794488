// Pure: runs in browsers too.
import type { Attributes, AttributeValue, Span } from './model';

/**
 * What spans say about their outcome, in every convention that is in use: OpenTelemetry's, old and
 * new, and those of Zipkin, Jaeger, Envoy and OpenTracing that arrive translated. The one table of
 * them: verdict, culprit, signatures, lists, SQL (through the stored outcome) and TraceQL read it.
 * Sources: OpenTelemetry semantic conventions 1.20 and 1.38 (HTTP, RPC, database, messaging,
 * exceptions, recording errors), its Zipkin and Jaeger mappings, Envoy's tracing attributes.
 */

/**
 * What became of a span, by every convention at once. `exception`: an exception is recorded, but
 * nothing says how the operation ended. `good`: nothing says that it failed.
 */
export const SPAN_OUTCOMES = ['good', 'exception', 'failed'] as const;
export type SpanOutcome = (typeof SPAN_OUTCOMES)[number];

/** The part of a span that its outcome is read from. */
export type OutcomeEvidence = Pick<Span, 'kind' | 'status' | 'attributes' | 'events'>;

export const HTTP_STATUS_ATTRIBUTES = ['http.response.status_code', 'http.status_code'] as const;
export const RPC_STATUS_ATTRIBUTES = [
  'rpc.response.status_code',
  'rpc.grpc.status_code',
  'grpc.status_code',
] as const;
/** The status of a span where a translation made an attribute of it. */
export const STATUS_ATTRIBUTES = ['otel.status_code'] as const;
/** Attributes whose presence says that the operation failed, but for the values of `NO_ERROR`. */
export const ERROR_ATTRIBUTES = ['error.type', 'error'] as const;
const NO_ERROR: readonly AttributeValue[] = [false, 'false', 0, '0', ''];
const EXCEPTION_TYPE_ATTRIBUTES = ['exception.type', 'error.kind'] as const;
/** Codes of a database, a queue or a serverless platform: they name a failure, never make one. */
const OTHER_CODE_ATTRIBUTES = [
  'db.response.status_code',
  'messaging.response.status_code',
  'faas.response.status_code',
] as const;

/** The codes of gRPC, by number. https://grpc.github.io/grpc/core/md_doc_statuscodes.html */
const GRPC_CODES = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
] as const;
/** What a server answers for a fault of its own; for a client every code but OK is an error. */
const GRPC_SERVER_FAULTS: ReadonlySet<string> = new Set([
  'UNKNOWN',
  'DEADLINE_EXCEEDED',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
]);

const LEAST_HTTP_FAULT = 500;

/**
 * What became of a span. A bad code outranks everything, so that nothing is called good that
 * answered 503; a status of OK outranks a recorded exception: its author has handled it.
 */
export function outcomeOf(span: OutcomeEvidence): SpanOutcome {
  const { attributes } = span;
  const status = statusIn(attributes) ?? span.status;
  if (status === 'error') return 'failed';
  const http = httpStatusOf(span);
  if (http !== undefined && http >= LEAST_HTTP_FAULT) return 'failed';
  if (isBadRpcStatus(span)) return 'failed';
  if (status === 'ok') return 'good';
  if (ERROR_ATTRIBUTES.some((name) => saysError(attributes[name]))) return 'failed';
  if (!hasException(span)) return 'good';
  // A server that wrote no answer did not get to it: this is how a panic looks.
  return span.kind === 'server' && answerCodeOf(span) === undefined ? 'failed' : 'exception';
}

/** `error=true`, or Zipkin's error tag, whose value is a message. */
const saysError = (value: AttributeValue | undefined): boolean =>
  value !== undefined && !NO_ERROR.includes(value);

function statusIn(attributes: Attributes): 'ok' | 'error' | undefined {
  for (const name of STATUS_ATTRIBUTES) {
    const value = attributes[name];
    if (value === undefined) continue;
    const word = String(value).toUpperCase().replace('STATUS_CODE_', '');
    if (word === 'ERROR' || word === '2') return 'error';
    if (word === 'OK' || word === '1') return 'ok';
  }
  return undefined;
}

/** It carries what was thrown: as an event, or as an attribute of its own. */
export const hasException = ({ attributes, events }: Pick<Span, 'attributes' | 'events'>) =>
  exceptionTypeOf({ attributes, events }) !== undefined ||
  events.some((event) => event.name === 'exception');

/** The HTTP status it carries, as a number or as text. */
export function httpStatusOf({ attributes }: Pick<Span, 'attributes'>): number | undefined {
  for (const name of HTTP_STATUS_ATTRIBUTES) {
    const code = Number.parseInt(String(attributes[name] ?? ''), 10);
    if (code >= 100 && code < 600) return code;
  }
  return undefined;
}

/** The gRPC status it carries, as its name; what is no code of gRPC is given as it came. */
export function rpcStatusOf({ attributes }: Pick<Span, 'attributes'>): string | undefined {
  for (const name of RPC_STATUS_ATTRIBUTES) {
    const value = attributes[name];
    if (value === undefined || value === '') continue;
    const word = String(value);
    return GRPC_CODES[Number(word)] ?? word.toUpperCase();
  }
  return undefined;
}

function isBadRpcStatus(span: OutcomeEvidence): boolean {
  const code = rpcStatusOf(span);
  if (code === undefined || code === 'OK') return false;
  return span.kind === 'server' ? GRPC_SERVER_FAULTS.has(code) : true;
}

/** The code with which it answered, as a person reads it: `503`, `gRPC UNAVAILABLE`. */
export function answerCodeOf(span: Pick<Span, 'attributes'>): string | undefined {
  const http = httpStatusOf(span);
  const rpc = rpcStatusOf(span);
  // gRPC travels on answers of 200: its own code says more.
  if (rpc !== undefined && rpc !== 'OK') return `gRPC ${rpc}`;
  return http === undefined ? undefined : String(http);
}

/**
 * What a span says went wrong, shortest first to be recognised: the type of its exception, its
 * `error.type`, the code it answered with, a code of its database or queue, its status message.
 */
export function errorTypeOf(span: Span): string {
  const { attributes, statusMessage } = span;
  const exception = exceptionTypeOf(span);
  if (exception) return exception;
  const type = textOf(attributes['error.type']);
  if (type && type !== '_OTHER' && !/^\d+$/.test(type)) return type;
  const rpc = rpcStatusOf(span);
  if (rpc !== undefined && rpc !== 'OK') return `gRPC ${rpc}`;
  const http = httpStatusOf(span);
  if (http !== undefined) return `HTTP ${http}`;
  if (type && type !== '_OTHER') return `HTTP ${type}`;
  const code = firstText(attributes, OTHER_CODE_ATTRIBUTES);
  if (code) return code;
  const tag = textOf(attributes.error);
  return statusMessage || (tag && tag !== 'true' ? tag : 'error');
}

/** The text of what went wrong: of its last exception, else of its status. */
export function errorMessageOf({ events, attributes, statusMessage }: Span): string {
  const event = events.findLast(({ name }) => name === 'exception');
  return (
    textOf(event?.attributes['exception.message']) ||
    firstText(attributes, ['exception.message', 'error.message', 'error.msg']) ||
    statusMessage
  );
}

/** The type of its last exception. */
export function exceptionTypeOf({
  attributes,
  events,
}: Pick<Span, 'attributes' | 'events'>): string | undefined {
  const event = events.findLast(({ name }) => name === 'exception');
  const type = textOf(event?.attributes['exception.type']);
  return type || firstText(attributes, EXCEPTION_TYPE_ATTRIBUTES) || undefined;
}

/** Attributes that only spans of a framework's layers have: middleware, routers, handlers, hooks. */
const LAYER_ATTRIBUTES = [
  'express.type',
  'koa.type',
  'connect.type',
  'hapi.type',
  'fastify.type',
  'nestjs.type',
  'hook.callback.name',
  'asgi.event.type',
] as const;
/** Names that instrumentation gives to its own steps: ASGI's messages, of HTTP and of WebSockets. */
const LAYER_NAME = / (http|websocket) (send|receive)$/;

/**
 * A step of the instrumentation or of a framework's layers, no operation of the application: it is
 * neither culprit nor attempt. What it threw was thrown by the operation around it.
 */
export const isLayer = ({ kind, name, attributes }: Pick<Span, 'kind' | 'name' | 'attributes'>) =>
  kind === 'internal' &&
  (LAYER_NAME.test(name) || LAYER_ATTRIBUTES.some((attribute) => attribute in attributes));

const textOf = (value: AttributeValue | undefined): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

function firstText(attributes: Attributes, names: readonly string[]): string {
  for (const name of names) {
    const text = textOf(attributes[name]);
    if (text) return text;
  }
  return '';
}
