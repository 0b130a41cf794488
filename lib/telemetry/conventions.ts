// Pure: runs in browsers too.
import { PROXY_ATTRIBUTES, proxyFaultOf } from './envoy';
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

/** The part of a span that its outcome is read from; one that does not say so has ended. */
export type OutcomeEvidence = Pick<Span, 'kind' | 'status' | 'attributes' | 'events'> &
  Partial<Pick<Span, 'ended'>>;

export const HTTP_STATUS_ATTRIBUTES = [
  'http.response.status_code',
  'http.status_code',
  '/http/status_code',
] as const;
/** All three together, of Spring's observations; the HTTP status is in `status`. */
export const MICROMETER_ATTRIBUTES = ['outcome', 'status', 'uri'] as const;
export const RPC_STATUS_ATTRIBUTES = [
  'rpc.response.status_code',
  'rpc.grpc.status_code',
  'rpc.connect_rpc.error_code',
  'grpc.status_code',
] as const;
/** The status of a span where a translation made an attribute of it. */
export const STATUS_ATTRIBUTES = ['otel.status_code'] as const;
/** Attributes whose presence says that the operation failed, but for the values of `NO_ERROR`. */
export const ERROR_ATTRIBUTES = ['error.type', 'error', 'rpc.jsonrpc.error_code'] as const;
const NO_ERROR: readonly AttributeValue[] = [false, 'false', 0, '0', ''];
const EXCEPTION_TYPE_ATTRIBUTES = ['exception.type', 'error.kind'] as const;
const MESSAGE_ATTRIBUTES = [
  'exception.message',
  'error.message',
  'error.msg',
  'http.error_message',
  'grpc.error_message',
  'grpc.message',
  'rpc.jsonrpc.error_message',
  'otel.status_description',
] as const;
/** Codes of a database, a queue or a serverless platform: they name a failure, never make one. */
const OTHER_CODE_ATTRIBUTES = [
  'db.response.status_code',
  'messaging.response.status_code',
  'faas.response.status_code',
  'rpc.jsonrpc.error_code',
] as const;

const CANCELLED = /context canceled|\bCancell?ed(Error|Exception)\b|ClientAbort|broken pipe/i;

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
  if ((httpStatusOf(span) ?? 0) >= LEAST_HTTP_FAULT) return 'failed';
  if (isBadRpcStatus(span)) return 'failed';
  if (status === 'ok') return 'good';
  if (ERROR_ATTRIBUTES.some((name) => saysError(attributes[name]))) return 'failed';
  if (!hasException(span)) return 'good';
  // A server that ended without an answer did not get to it: this is how a panic looks.
  const wroteNoAnswer = span.kind === 'server' && answerCodeOf(span) === undefined;
  return wroteNoAnswer && span.ended !== false ? 'failed' : 'exception';
}

/** `error=true`, or Zipkin's error tag, whose value is a message. */
const saysError = (value: AttributeValue | undefined): boolean =>
  value !== undefined && !NO_ERROR.includes(value);

function statusIn(attributes: Attributes): 'ok' | 'error' | undefined {
  for (const name of STATUS_ATTRIBUTES) {
    const word = String(attributes[name]).toUpperCase().replace('STATUS_CODE_', '');
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
  const names = isMicrometer(attributes) ? ['status'] : HTTP_STATUS_ATTRIBUTES;
  for (const name of names) {
    const code = Number.parseInt(String(attributes[name]), 10);
    if (code >= 100 && code < 600) return code;
  }
  return undefined;
}

/** Spring's observations of HTTP, bridged: these are names of their own there. */
const isMicrometer = (attributes: Attributes): boolean =>
  MICROMETER_ATTRIBUTES.every((name) => attributes[name] !== undefined);

/** The gRPC status it carries, as its name; what is no code of gRPC is given as it came. */
export function rpcStatusOf({ attributes }: Pick<Span, 'attributes'>): string | undefined {
  for (const name of RPC_STATUS_ATTRIBUTES) {
    const value = attributes[name];
    if (value === undefined || value === '') continue;
    const word = String(value);
    return GRPC_CODES[Number(word)] ?? grpcCodeNamed(word);
  }
  return undefined;
}

/** `DeadlineExceeded`, `StatusCode.DEADLINE_EXCEEDED`: libraries write the name their own way. */
function grpcCodeNamed(word: string): string {
  const name = word.slice(word.lastIndexOf('.') + 1).toUpperCase();
  const letters = name.replace('CANCELED', 'CANCELLED');
  return GRPC_CODES.find((code) => code.replaceAll('_', '') === letters) ?? name;
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

/** The code of a database, a queue or a platform that it carries. */
export const otherCodeOf = ({ attributes }: Pick<Span, 'attributes'>): string | undefined =>
  firstText(attributes, OTHER_CODE_ATTRIBUTES) || undefined;

/**
 * What went wrong, by a name that all failures of its kind share: the type of its exception, its
 * `error.type`, what a proxy did, the code it answered with, a code of its database or queue.
 */
export function namedErrorOf(span: Pick<Span, 'attributes' | 'events'>): string | undefined {
  const { attributes } = span;
  const exception = exceptionTypeOf(span);
  if (exception) return exception;
  const proxy = proxyFaultOf(span);
  if (proxy) return proxy;
  const type = classOf(textOf(attributes['error.type']));
  const isCode = /^[1-5]\d\d$/.test(type);
  if (type && type !== '_OTHER' && !isCode) return type;
  const rpc = rpcStatusOf(span);
  if (rpc !== undefined && rpc !== 'OK') return `gRPC ${rpc}`;
  const http = httpStatusOf(span);
  if (http !== undefined) return `HTTP ${http}`;
  if (isCode) return `HTTP ${type}`;
  return otherCodeOf(span);
}

/** What a span says went wrong: its name, else the words of its status or of Zipkin's error tag. */
export function errorTypeOf(span: Span): string {
  const { attributes, statusMessage } = span;
  const tag = textOf(attributes.error);
  const words = statusMessage || (tag !== 'true' && tag) || 'error';
  return namedErrorOf(span) ?? words;
}

/** The text of what went wrong: of its last exception, else of its status. */
export function errorMessageOf({ events, attributes, statusMessage }: Span): string {
  const event = events.findLast(({ name }) => name === 'exception');
  return (
    textOf(event?.attributes['exception.message']) ||
    firstText(attributes, MESSAGE_ATTRIBUTES) ||
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
  const message = textOf(event?.attributes['exception.message']);
  return classOf(type || firstText(attributes, EXCEPTION_TYPE_ATTRIBUTES), message) || undefined;
}

/** In JavaScript the code of an error stands where its class belongs; these were classes once. */
const DOM_EXCEPTIONS: Readonly<Record<string, string>> = { 20: 'AbortError', 23: 'TimeoutError' };
function classOf(type: string, message?: string): string {
  // Of gRPC's errors too, and their messages begin with the code and its name.
  const code = type === '' ? undefined : GRPC_CODES[Number(type)];
  if (code !== undefined && message?.startsWith(`${type} ${code}:`)) return `gRPC ${code}`;
  return DOM_EXCEPTIONS[type] ?? type;
}

/**
 * A panic of Go, as its SDK records it: of a value that is no error (`.string`), or of the runtime.
 * Everything else that is recorded there is an error that was returned.
 */
export function isPanic(span: Pick<Span, 'attributes' | 'events'>): boolean {
  // Stryker disable next-line StringLiteral: equivalent, since no word is the type of a panic.
  const type = exceptionTypeOf(span) ?? '';
  return /^\.\w+$/.test(type) || /^\*?runtime\.\w+$/.test(type);
}

/** It was given up because whoever waited for it had gone: that explains nothing. */
export function isCancelled(span: Span): boolean {
  if (rpcStatusOf(span) === 'CANCELLED' || httpStatusOf(span) === 499) return true;
  return CANCELLED.test(`${errorTypeOf(span)} ${errorMessageOf(span)}`);
}

/** Attributes that only spans of a framework's layers have: middleware, routers, handlers, hooks. */
const LAYER_ATTRIBUTES = [
  'express.type',
  'router.type',
  'koa.type',
  'connect.type',
  'hapi.type',
  'fastify.type',
  'fastify.root',
  'nestjs.type',
  'hook.callback.name',
  'asgi.event.type',
] as const;
/**
 * Names that instrumentation gives to its own steps: ASGI's messages, of HTTP and of WebSockets;
 * the servlet container's way to an error page; the steps of making a connection.
 */
const LAYER_NAMES: readonly RegExp[] = [
  / (http|websocket) (send|receive)$/,
  /^(ResponseFacade|HttpServletResponse|Response)\.send(Error|Redirect)$/,
  /^BasicErrorController\.error$/,
];
const CONNECTION_STEP =
  /^((tcp|tls|ipc)\.connect|dns\.lookup(Service)?|http\.(getconn|dns|connect|tls|send|receive|headers))$/;

/**
 * A step of the instrumentation or of a framework's layers, no operation of the application: it is
 * neither culprit nor attempt. What it threw was thrown by the operation around it.
 */
export function isLayer({ kind, name, attributes }: Pick<Span, 'kind' | 'name' | 'attributes'>) {
  if (kind === 'client') return CONNECTION_STEP.test(name);
  if (kind !== 'internal') return false;
  if ([...LAYER_NAMES, CONNECTION_STEP].some((step) => step.test(name))) return true;
  return LAYER_ATTRIBUTES.some((attribute) => attribute in attributes);
}

/**
 * Every attribute that a span's outcome, its kind of failure and its place among layers are read
 * from: for searches that answer only what they are asked for.
 */
export const EVIDENCE_ATTRIBUTES: readonly string[] = [
  ...new Set([
    ...HTTP_STATUS_ATTRIBUTES,
    ...MICROMETER_ATTRIBUTES,
    ...RPC_STATUS_ATTRIBUTES,
    ...STATUS_ATTRIBUTES,
    ...ERROR_ATTRIBUTES,
    ...EXCEPTION_TYPE_ATTRIBUTES,
    ...MESSAGE_ATTRIBUTES,
    ...OTHER_CODE_ATTRIBUTES,
    ...LAYER_ATTRIBUTES,
    ...PROXY_ATTRIBUTES,
  ]),
];

const textOf = (value: AttributeValue | undefined): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

/** The first of the attributes that is a text or a number; empty where none is. */
export function firstText(attributes: Attributes, names: readonly string[]): string {
  for (const name of names) {
    const text = textOf(attributes[name]);
    if (text) return text;
  }
  return '';
}
