import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { WireResourceSpans } from '@/lib/telemetry/otlp/wire';
import type { Fault } from './made-up-spans.fixture';
import { meshRequest } from './mesh-spans.fixture';
import { ownRequest } from './own-spans.fixture';

/** What a verdict has to name. */
export interface Expected {
  readonly service: string;
  readonly operation: string;
  /** Of the sentence. */
  readonly cause: RegExp;
  /** What kind of failure it is; undefined where nothing failed. */
  readonly kind?: string;
}

export interface Instrumentation {
  readonly name: string;
  readonly expected: Readonly<Record<Fault, Expected>>;
}

const DIRECTORY = path.join(import.meta.dirname, 'fixtures');

/** The spans of one request with a fault, as this instrumentation makes them: OTLP/JSON. */
export function requestOf(name: string, fault: Fault): WireResourceSpans[] {
  if (name === 'mesh') return meshRequest(fault);
  if (name === 'own') return ownRequest(fault);
  const file = path.join(DIRECTORY, `${name}-${fault}.json`);
  const { resourceSpans } = JSON.parse(readFileSync(file, 'utf8')) as {
    resourceSpans: WireResourceSpans[];
  };
  return resourceSpans;
}

const missing = { service: 'shop', operation: 'send orders', cause: /waited .* in queue orders\b/ };
const select = (operation: string): Expected => ({
  service: 'stock',
  operation,
  cause: /took 1\.5\d? s/,
});

/** Node: the process of `stock` dies in a panic, and none of its spans arrive. */
const node = (name: string): Instrumentation => ({
  name,
  expected: {
    exception: {
      service: 'stock',
      operation: 'GET /stock/:sku',
      cause: /threw StockError: no stock of A-1/,
      kind: 'StockError',
    },
    timeout: {
      service: 'shop',
      operation: 'GET',
      cause: /threw TimeoutError after 4\d\d ms: The operation was aborted due to timeout/,
      kind: 'TimeoutError',
    },
    'slow-database': select('pg.query:SELECT postgres'),
    'missing-consumer': missing,
    panic: {
      service: 'shop',
      operation: 'GET',
      cause: /threw UND_ERR_SOCKET: other side closed/,
      kind: 'UND_ERR_SOCKET',
    },
  },
});

const python = (
  name: string,
  route: string,
  timeout: string,
  connection: string,
): Instrumentation => ({
  name,
  expected: {
    exception: {
      service: 'stock',
      operation: route,
      cause: /threw logic\.StockError: no stock of A-1/,
      kind: 'logic.StockError',
    },
    timeout: {
      service: 'shop',
      operation: 'GET',
      cause: /ReadTimeout after 4\d\d ms/,
      kind: timeout,
    },
    'slow-database': select('SELECT'),
    'missing-consumer': missing,
    panic: {
      service: 'shop',
      operation: 'GET',
      cause: /(Server disconnected without|Remote end closed connection)/,
      kind: connection,
    },
  },
});

const requests = [
  'requests.exceptions.ReadTimeout',
  'requests.exceptions.ConnectionError',
] as const;

/** Ten shapes of instrumentation: eight recorded, a mesh and the demo's own made up. */
export const INSTRUMENTATIONS: readonly Instrumentation[] = [
  node('express'),
  node('koa'),
  node('fastify'),
  python('fastapi', 'GET /stock/{sku}', 'httpx.ReadTimeout', 'httpx.RemoteProtocolError'),
  python('flask', 'GET /stock/<sku>', ...requests),
  python('django', 'GET stock/<str:sku>', ...requests),
  {
    name: 'go',
    expected: {
      exception: {
        service: 'stock',
        operation: 'GET /stock/{sku}',
        cause: /threw \*main\.StockError: no stock of A-1/,
        kind: '*main.StockError',
      },
      timeout: {
        service: 'shop',
        operation: 'HTTP GET',
        cause: /failed after 4\d\d ms: context deadline exceeded/,
        kind: 'context.deadlineExceededError',
      },
      'slow-database': select('sql.conn.exec'),
      'missing-consumer': missing,
      panic: {
        service: 'stock',
        operation: 'GET',
        cause: /panicked: assignment to entry in nil map/,
        kind: 'runtime.plainError: assignment to entry in nil map',
      },
    },
  },
  {
    name: 'spring',
    expected: {
      exception: {
        service: 'stock',
        operation: 'GET /stock/{sku}',
        cause: /threw shop\.StockException: no stock of A-1/,
        kind: 'shop.StockException',
      },
      // The agent never ends the span of a call that was given up: the caller's own tells of it.
      timeout: {
        service: 'shop',
        operation: 'GET /orders/{sku}',
        cause: /threw \S+\.ResourceAccessException: I\/O error on GET request for \S+\/stock\/A-1/,
        kind: 'org.springframework.web.client.ResourceAccessException',
      },
      'slow-database': select('SELECT postgres'),
      'missing-consumer': missing,
      panic: {
        service: 'stock',
        operation: 'GET /stock/{sku}',
        cause: /threw java\.lang\.StackOverflowError/,
        kind: 'java.lang.StackOverflowError',
      },
    },
  },
  {
    name: 'mesh',
    expected: {
      exception: {
        service: 'stock',
        operation: 'GET /stock/{sku}',
        cause: /^Failed: shop answered 502 because .* threw \*errors\.errorString: no stock of A-1/,
        kind: '*errors.errorString: no stock of A-N',
      },
      timeout: {
        service: 'shop.default',
        operation: 'stock.default.svc.cluster.local:8080/*',
        cause: /got 504 .*: upstream request timeout \(UT\)/,
        kind: 'upstream request timeout (UT)',
      },
      'slow-database': select('SELECT stock'),
      'missing-consumer': missing,
      panic: {
        service: 'stock.default',
        operation: 'stock.default.svc.cluster.local:8080/*',
        cause: /answered 503: upstream connection termination \(UC\)/,
        kind: 'upstream connection termination (UC)',
      },
    },
  },
  {
    name: 'own',
    expected: {
      exception: {
        service: 'inventory',
        operation: 'reserve',
        cause:
          /checkout answered 502 because .* threw StockConflictError: sku B-2: wanted 2, free 1/,
        kind: 'StockConflictError',
      },
      timeout: {
        service: 'checkout',
        operation: 'POST /reserve',
        cause: /threw TimeoutError after 428 ms: The operation was aborted due to timeout/,
        kind: 'TimeoutError',
      },
      'slow-database': { ...select('SELECT stock'), service: 'inventory' },
      'missing-consumer': { ...missing, service: 'checkout' },
      panic: {
        service: 'checkout',
        operation: 'POST /reserve',
        cause: /threw TypeError: fetch failed/,
        kind: 'TypeError',
      },
    },
  },
];
