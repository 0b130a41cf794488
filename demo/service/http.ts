import { createServer, type IncomingMessage } from 'node:http';
import {
  context,
  propagation,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
  type Span,
} from '@opentelemetry/api';
import { collectDefaultMetrics, Histogram } from 'prom-client';
import { currentCorrelationId, rejectedLength } from '@/lib/correlation-id/propagation';
import { emitted, startTelemetry } from './telemetry';
import { log } from './log';
import { registers, registry } from './metrics';

const tracer = trace.getTracer('demo');

/** Thrown by a handler to answer with a status; its name becomes the exception's type. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    type: string,
    message: string,
  ) {
    super(message);
    this.name = type;
  }
}

export type Handler = (body: Record<string, unknown>) => Promise<{ status: number; body: unknown }>;

/** Runs `work` in a span; what it throws is recorded as an exception and thrown on. */
export function inSpan<Result>(
  name: string,
  attributes: Record<string, string | number>,
  work: (span: Span) => Promise<Result>,
  kind = SpanKind.INTERNAL,
  links: Parameters<typeof tracer.startSpan>[1] = {},
  parent: Context = context.active(),
): Promise<Result> {
  return tracer.startActiveSpan(name, { kind, attributes, ...links }, parent, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      if (!(error instanceof Answered)) {
        span.recordException(withShortPaths(error as Error));
        span.setAttribute('error.type', (error as Error).name);
      }
      span.setStatus({ code: SpanStatusCode.ERROR, message: (error as Error).message });
      throw error;
    } finally {
      span.end();
    }
  });
}

/** As in an image, where the service lives at the root. */
function withShortPaths(error: Error): Error {
  error.stack = error.stack?.replaceAll(`${process.cwd()}/`, '');
  return error;
}

/** Another service answered with a failure: its own spans tell why, ours only pass it on. */
export class Answered extends Error {
  constructor(
    readonly status: number,
    readonly body: { error?: string },
  ) {
    super(body.error ?? `status ${status}`);
  }
}

/**
 * Calls another service in a client span that carries the correlation id. @throws Answered for 4xx
 * and 5xx
 */
export function call(
  service: string,
  path: string,
  body: unknown,
  timeoutMs = 10_000,
): Promise<Record<string, unknown>> {
  const base = process.env[`${service.toUpperCase()}_URL`]!;
  return inSpan(
    `POST ${path}`,
    { 'http.request.method': 'POST', 'server.address': service, 'url.path': path },
    async (span) => {
      const headers: Record<string, string> = { 'content-type': 'application/json' };
      propagation.inject(context.active(), headers);
      const response = await fetch(`${base}${path}`, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(timeoutMs),
      });
      const answer = (await response.json()) as Record<string, unknown>;
      span.setAttribute('http.response.status_code', response.status);
      if (response.status >= 400) throw new Answered(response.status, answer);
      return answer;
    },
    SpanKind.CLIENT,
  );
}

/**
 * An HTTP service with telemetry, `/metrics` with exemplars, `/emitted/<id>` and the given routes.
 */
export function serve(service: string, pod: string, routes: Record<string, Handler>): void {
  const stop = startTelemetry(service, pod);
  collectDefaultMetrics({ register: registers[0]! });
  const duration = new Histogram({
    name: 'http_server_request_duration_seconds',
    help: 'Duration of requests.',
    labelNames: ['route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    enableExemplars: true,
    registers,
  });

  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    const reply = (
      status: number,
      body: string,
      type = 'application/json',
      headers: Record<string, string> = {},
    ) => response.writeHead(status, { 'content-type': type, ...headers }).end(body);
    if (path === '/healthz') return reply(200, '{}');
    if (path === '/metrics')
      return void registry.metrics().then((text) => reply(200, text, registry.contentType));
    if (path.startsWith('/emitted/'))
      return reply(
        200,
        JSON.stringify(emitted.get(decodeURIComponent(path.slice(9))) ?? { spans: 0, logs: 0 }),
      );
    if (path === '/recent') return reply(200, JSON.stringify([...emitted.keys()].slice(-2000)));
    const handler = routes[path];
    if (!handler || request.method !== 'POST') return reply(404, '{"error":"no such route"}');
    const parent = propagation.extract(context.active(), request.headers);
    return void context.with(parent, () => answer(handler, path, request, reply));
  });

  async function answer(
    handler: Handler,
    path: string,
    request: IncomingMessage,
    reply: (status: number, body: string, type?: string, headers?: Record<string, string>) => void,
  ): Promise<void> {
    const began = performance.now();
    await tracer.startActiveSpan(
      `POST ${path}`,
      {
        kind: SpanKind.SERVER,
        attributes: { 'http.request.method': 'POST', 'http.route': path, 'url.path': path },
      },
      async (span) => {
        const rejected = rejectedLength();
        if (rejected !== undefined)
          log('warn', 'correlation id rejected', {
            correlation_id_rejected: true,
            length: rejected,
          });
        let status = 500;
        let body: unknown;
        try {
          ({ status, body } = await handler(await readJson(request)));
        } catch (error) {
          status = error instanceof Refusal || error instanceof Answered ? error.status : 500;
          body = { error: (error as Error).message, type: (error as Error).name };
          span.setStatus({ code: SpanStatusCode.ERROR, message: (error as Error).message });
        }
        span.setAttribute('http.response.status_code', status);
        if (status >= 500 && !(body as { error?: string })?.error)
          span.setStatus({ code: SpanStatusCode.ERROR });
        duration.observe({
          labels: { route: path, status: String(status) },
          value: (performance.now() - began) / 1000,
          exemplarLabels: { trace_id: span.spanContext().traceId },
        } as never);
        // Ended before the answer leaves: whoever got the answer may count on the span.
        span.end();
        reply(status, JSON.stringify(body), 'application/json', {
          'x-correlation-id': currentCorrelationId() ?? '',
        });
      },
    );
  }

  server.listen(Number(process.env.PORT), process.env.HOST ?? '127.0.0.1');
  const end = () => {
    server.close();
    server.closeAllConnections();
    void stop().finally(() => process.exit(0));
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return chunks.length
    ? (JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>)
    : {};
}

export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));
/** Around `ms`, as real work is never exact. */
export const work = (ms: number): Promise<void> => pause(ms * (0.7 + Math.random() * 0.6));
