import { describe, expect, test } from 'vitest';
import { epochNs } from '@/lib/time/units';
import {
  answerCodeOf,
  errorMessageOf,
  errorTypeOf,
  httpStatusOf,
  isLayer,
  isCancelled,
  isPanic,
  otherCodeOf,
  outcomeOf,
  rpcStatusOf,
  type OutcomeEvidence,
} from './conventions';
import type { Attributes, Span } from './model';

const outcome = (attributes: Attributes, more: Partial<OutcomeEvidence> = {}) =>
  outcomeOf({ kind: 'server', status: 'unset', events: [], attributes, ...more });
const thrown = (attributes: Attributes = { 'exception.type': 'Boom' }) => [
  { name: 'exception', timeNs: epochNs(1n), attributes },
];
const failedSpan = (attributes: Attributes, more: Partial<Span> = {}) =>
  ({ kind: 'server', attributes, events: [], statusMessage: '', ...more }) as unknown as Span;

describe('a span has failed', () => {
  test.each<[string, Attributes]>([
    ['HTTP 5xx', { 'http.response.status_code': 503 }],
    ['HTTP 5xx, old name', { 'http.status_code': 500 }],
    ['HTTP 5xx as text', { 'http.response.status_code': '503' }],
    ['HTTP 5xx as text, old name', { 'http.status_code': '502' }],
    ['error=true', { error: true }],
    ['error="true"', { error: 'true' }],
    ["Zipkin's error with a message", { error: 'connection refused' }],
    ['error.type', { 'error.type': 'timeout' }],
    ['otel.status_code', { 'otel.status_code': 'ERROR' }],
    ['otel.status_code in full', { 'otel.status_code': 'STATUS_CODE_ERROR' }],
    ['gRPC by number', { 'rpc.grpc.status_code': 14 }],
    ['gRPC by number as text', { 'rpc.grpc.status_code': '13' }],
    ['gRPC by name', { 'rpc.response.status_code': 'UNAVAILABLE' }],
    ['gRPC by name in small letters', { 'grpc.status_code': 'internal' }],
    ['gRPC by a name of Go', { 'rpc.grpc.status_code': 'DeadlineExceeded' }],
    ['gRPC by a name of Python', { 'rpc.grpc.status_code': 'StatusCode.UNAVAILABLE' }],
    ['a code of Connect', { 'rpc.connect_rpc.error_code': 'internal' }],
    ['a code of JSON-RPC', { 'rpc.jsonrpc.error_code': -32603 }],
    ["HTTP 5xx as Google's trace label", { '/http/status_code': '503' }],
    ["HTTP 5xx as Spring's observation", { status: '500', outcome: 'SERVER_ERROR', uri: '/x' }],
    ['gRPC on an HTTP answer of 200', { 'http.status_code': 200, 'rpc.grpc.status_code': 2 }],
  ])('with a status unset and %s', (_, attributes) => expect(outcome(attributes)).toBe('failed'));
  test('with a status of error, whatever its attributes', () =>
    expect(outcome({ 'http.status_code': 200 }, { status: 'error' })).toBe('failed'));
  test('with a 5xx although its status is OK', () =>
    expect(outcome({ 'http.status_code': 503 }, { status: 'ok' })).toBe('failed'));
  test('where a server threw and wrote no answer', () =>
    expect(outcome({ 'http.request.method': 'GET' }, { events: thrown() })).toBe('failed'));
  test('where a client got any gRPC code but OK', () => {
    expect(outcome({ 'rpc.grpc.status_code': 5 }, { kind: 'client' })).toBe('failed');
    expect(outcome({ 'rpc.grpc.status_code': 0 }, { kind: 'client' })).toBe('good');
  });
});

describe('a span is good', () => {
  test.each<[string, Attributes]>([
    ['nothing', {}],
    ['HTTP 200', { 'http.response.status_code': 200 }],
    ['HTTP 404 of a server', { 'http.response.status_code': 404 }],
    ['error=false', { error: false }],
    ['error="false"', { error: 'false' }],
    ['a fault of the caller in gRPC', { 'rpc.grpc.status_code': 5 }],
    ['a code that is none', { 'http.status_code': 'abc' }],
    ['a code out of range', { 'http.status_code': 0 }],
    ['a code of its database', { 'db.response.status_code': '42P01' }],
    ['a status of its own', { status: '500' }],
    ['a status and an outcome of its own', { status: '500', outcome: 'x' }],
    ['a status and an address of its own', { status: '500', uri: 'x' }],
  ])('with a status unset and %s', (_, attributes) => expect(outcome(attributes)).toBe('good'));
  test('with a status of OK and an exception: its author has handled it', () =>
    expect(outcome({}, { status: 'ok', events: thrown() })).toBe('good'));
  test('with an event that is no exception', () =>
    expect(outcome({}, { events: [{ ...thrown()[0]!, name: 'retry' }] })).toBe('good'));
});

describe('an exception without an outcome', () => {
  test('is one on a server that has not ended', () =>
    expect(outcome({}, { events: thrown(), ended: false })).toBe('exception'));
  test('is one on a span that is no server', () =>
    expect(outcome({}, { kind: 'internal', events: thrown({}) })).toBe('exception'));
  test('is one on a server that answered well', () =>
    expect(outcome({ 'http.status_code': 200 }, { events: thrown() })).toBe('exception'));
  test('may be an attribute', () =>
    expect(outcome({ 'exception.type': 'Boom' }, { kind: 'consumer' })).toBe('exception'));
});

test('a status that a translation made an attribute of outranks that of the span', () => {
  const handled = (value: string | number) =>
    outcome({ 'otel.status_code': value }, { status: 'error', events: thrown() });
  for (const value of ['OK', 'ok', 'STATUS_CODE_OK', '1', 1]) expect(handled(value)).toBe('good');
  for (const value of ['error', '2', 2])
    expect(outcome({ 'otel.status_code': value }, { status: 'ok' })).toBe('failed');
  expect(handled('UNSET')).toBe('failed');
  expect(outcome({ 'otel.status_code': 'UNSET' })).toBe('good');
});
test('the HTTP status is read new name first, as number or text', () => {
  const status = (attributes: Attributes) => httpStatusOf({ attributes });
  expect(status({ 'http.response.status_code': 500, 'http.status_code': 200 })).toBe(500);
  expect(status({ 'http.status_code': '404' })).toBe(404);
  expect(status({ 'http.status_code': '503 Service Unavailable' })).toBe(503);
  expect(status({ 'http.status_code': 100 })).toBe(100);
  expect(status({ 'http.status_code': 599 })).toBe(599);
  expect(status({ 'http.status_code': 99 })).toBeUndefined();
  expect(status({ 'http.status_code': 600 })).toBeUndefined();
  expect(status({})).toBeUndefined();
});
test('a gRPC status is its name, an unknown code what it came as', () => {
  expect(rpcStatusOf({ attributes: { 'rpc.grpc.status_code': 14 } })).toBe('UNAVAILABLE');
  expect(rpcStatusOf({ attributes: { 'rpc.response.status_code': 'weird' } })).toBe('WEIRD');
  expect(rpcStatusOf({ attributes: { 'grpc.status_code': 'Canceled' } })).toBe('CANCELLED');
  expect(rpcStatusOf({ attributes: { 'grpc.status_code': 'DEADLINE_EXCEEDED' } })).toBe(
    'DEADLINE_EXCEEDED',
  );
  expect(rpcStatusOf({ attributes: { 'rpc.response.status_code': '' } })).toBeUndefined();
});
test('the answer is the code of gRPC where it is not OK, else that of HTTP', () => {
  expect(answerCodeOf({ attributes: { 'http.status_code': 200, 'grpc.status_code': 14 } })).toBe(
    'gRPC UNAVAILABLE',
  );
  expect(answerCodeOf({ attributes: { 'http.status_code': 200, 'grpc.status_code': 0 } })).toBe(
    '200',
  );
  expect(answerCodeOf({ attributes: {} })).toBeUndefined();
});

describe('what went wrong is', () => {
  test.each<[string, Attributes, Partial<Span>, string]>([
    ['the exception first', { 'error.type': 'timeout' }, { events: thrown() }, 'Boom'],
    ['error.type next', { 'error.type': 'timeout', 'http.status_code': 504 }, {}, 'timeout'],
    [
      'no error.type of _OTHER',
      { 'error.type': '_OTHER', 'http.status_code': 500 },
      {},
      'HTTP 500',
    ],
    ['no gRPC code of OK', { 'rpc.grpc.status_code': 0, 'http.status_code': 500 }, {}, 'HTTP 500'],
    ['an error.type that ends like a code', { 'error.type': 'E500' }, {}, 'E500'],
    ['an error.type that is no code of HTTP', { 'error.type': '600' }, {}, '600'],
    ['a number that says of no gRPC', { 'error.type': '14' }, {}, '14'],
    ['the class of an error.type', { 'error.type': 'E', 'rpc.grpc.status_code': 2 }, {}, 'E'],
    ['the words of the status before those of a tag', { error: 'a' }, { statusMessage: 'b' }, 'b'],
    ['an error.type that is the code', { 'error.type': '500' }, {}, 'HTTP 500'],
    ['the gRPC code', { 'rpc.grpc.status_code': 14 }, {}, 'gRPC UNAVAILABLE'],
    ['the code as text', { 'http.status_code': '503' }, {}, 'HTTP 503'],
    ['an error.type that is a code of the database', { 'error.type': '57014' }, {}, '57014'],
    [
      'what a proxy did',
      { component: 'proxy', response_flags: 'UF', 'http.status_code': 503 },
      {},
      'upstream connection failure (UF)',
    ],
    ['the code of the database', { 'db.response.status_code': '42P01' }, {}, '42P01'],
    ['the message of the status', {}, { statusMessage: 'disk full' }, 'disk full'],
    ["Zipkin's message", { error: 'refused' }, {}, 'refused'],
    ['"error", if nothing else', { error: 'true' }, {}, 'error'],
  ])('%s', (_, attributes, more, expected) =>
    expect(errorTypeOf(failedSpan(attributes, more))).toBe(expected),
  );
});
test('the message is that of the exception, else of the status', () => {
  const events = thrown({ 'exception.message': 'no shelf' });
  expect(errorMessageOf(failedSpan({}, { events, statusMessage: 'x' }))).toBe('no shelf');
  expect(errorMessageOf(failedSpan({ 'error.message': 'late' }))).toBe('late');
  expect(errorMessageOf(failedSpan({ 'grpc.message': 'late' }, { statusMessage: 'x' }))).toBe(
    'late',
  );
  expect(errorMessageOf(failedSpan({}, { statusMessage: 'x' }))).toBe('x');
});
test('of several events the last exception is told, whatever came after it', () => {
  const events = [
    ...thrown({ 'exception.type': 'First', 'exception.message': 'one' }),
    ...thrown({ 'exception.type': 'Last', 'exception.message': 'two' }),
    { ...thrown({ 'exception.type': 'None', 'exception.message': 'three' })[0]!, name: 'retry' },
  ];
  expect(errorTypeOf(failedSpan({}, { events }))).toBe('Last');
  expect(errorMessageOf(failedSpan({}, { events }))).toBe('two');
});

describe('a layer', () => {
  const layer = (name: string, attributes: Attributes = {}, kind: Span['kind'] = 'internal') =>
    isLayer({ name, attributes, kind });
  test('is a message of ASGI', () => {
    expect(layer('GET /offer/{sku} http send')).toBe(true);
    expect(layer('GET /offer/{sku} websocket receive')).toBe(true);
    expect(layer('x', { 'asgi.event.type': 'http.response.start' })).toBe(true);
  });
  test('is what a framework calls its own', () => {
    expect(layer('middleware - cors', { 'express.type': 'middleware' })).toBe(true);
    expect(layer('middleware - patched', { 'router.type': 'middleware' })).toBe(true);
    expect(layer('router - /x', { 'koa.type': 'router' })).toBe(true);
    expect(layer('handler', { 'hook.callback.name': 'anonymous' })).toBe(true);
  });
  test('is a step of making a connection, also of a client', () => {
    expect(layer('tcp.connect')).toBe(true);
    expect(layer('dns.lookup', {}, 'client')).toBe(true);
    expect(layer('http.getconn', {}, 'client')).toBe(true);
    expect(layer('dns.lookup', {}, 'server')).toBe(false);
    expect(layer('my tcp.connect')).toBe(false);
    expect(layer('tcp.connections')).toBe(false);
  });
  test('is the way of a servlet container to its error page', () => {
    expect(layer('ResponseFacade.sendError')).toBe(true);
    expect(layer('HttpServletResponse.sendRedirect')).toBe(true);
    expect(layer('BasicErrorController.error')).toBe(true);
    expect(layer('StockController.error')).toBe(false);
  });
  test('is no span of the application, no server and no client', () => {
    expect(layer('reserve')).toBe(false);
    expect(layer('x http send', {}, 'client')).toBe(false);
    expect(layer('x', { 'express.type': 'router' }, 'server')).toBe(false);
  });
});

test('a panic of Go is a value that is no error, or an error of its runtime', () => {
  const isPanicOf = (type: string) =>
    isPanic({ attributes: {}, events: thrown({ 'exception.type': type }) });
  for (const type of ['.string', '.int', 'runtime.boundsError', '*runtime.TypeAssertionError'])
    expect(isPanicOf(type)).toBe(true);
  const errors = ['*errors.errorString', 'java.lang.Error', 'Error', 'x.runtime.y', '.', '.a.b'];
  for (const type of [...errors, 'runtime.a.b', 'runtime.', '**runtime.x'])
    expect(isPanicOf(type)).toBe(false);
  expect(isPanic({ attributes: {}, events: [] })).toBe(false);
});
test('a code of a database is one beside those of HTTP and gRPC', () => {
  expect(otherCodeOf({ attributes: { 'db.response.status_code': '57014' } })).toBe('57014');
  expect(otherCodeOf({ attributes: { 'http.status_code': 500 } })).toBeUndefined();
});

test('what was given up is told by its code, its type or its message', () => {
  const cancelled = (attributes: Attributes, more: Partial<Span> = {}) =>
    isCancelled(failedSpan(attributes, more));
  expect(cancelled({ 'rpc.grpc.status_code': 1 })).toBe(true);
  expect(cancelled({ 'http.status_code': 499 })).toBe(true);
  expect(cancelled({}, { events: thrown({ 'exception.type': 'asyncio.CancelledError' }) })).toBe(
    true,
  );
  expect(cancelled({}, { statusMessage: 'context canceled' })).toBe(true);
  const unasked = thrown({ 'exception.type': 'Boom', 'exception.message': 'context canceled' });
  expect(cancelled({}, { events: unasked })).toBe(true);
  expect(cancelled({}, { statusMessage: 'context deadline exceeded' })).toBe(false);
  expect(cancelled({ 'http.status_code': 500 })).toBe(false);
});
test('the code of an exception of the browser is told as its class', () => {
  const typeOf = (type: string) =>
    errorTypeOf(failedSpan({}, { events: thrown({ 'exception.type': type }) }));
  expect([typeOf('23'), typeOf('20'), typeOf('57014')]).toEqual([
    'TimeoutError',
    'AbortError',
    '57014',
  ]);
  expect(errorTypeOf(failedSpan({ 'error.type': 23 }))).toBe('TimeoutError');
});
test('the code of an exception of gRPC is told by its name, if its message says so too', () => {
  const typeOf = (message: string) =>
    errorTypeOf(
      failedSpan({}, { events: thrown({ 'exception.type': '14', 'exception.message': message }) }),
    );
  expect(typeOf('14 UNAVAILABLE: Connection dropped')).toBe('gRPC UNAVAILABLE');
  expect(typeOf('14 shelves are empty')).toBe('14');
});
test('what only looks like the message of a gRPC code is none', () => {
  const events = (type: string, message: string) =>
    thrown({ 'exception.type': type, 'exception.message': message });
  const typeOf = (type: string, message: string) =>
    errorTypeOf(failedSpan({}, { events: events(type, message), statusMessage: 'words' }));
  expect(typeOf('', ' OK: all is well')).toBe('words');
  expect(typeOf('Boom', 'Boom undefined: no price')).toBe('Boom');
});
