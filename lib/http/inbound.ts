import { trace } from '@opentelemetry/api';
import type { z } from 'zod';
import { authorize, type Action, type Principal } from '@/lib/auth/authorize';
import { principalOf } from '@/lib/auth/principal';
import { sameSecret } from '@/lib/auth/secret';
import { config } from '@/lib/config/load';
import { CORRELATION_HEADER } from '@/lib/correlation-id/grammar';
import { currentCorrelationId, mintCorrelationId } from '@/lib/correlation-id/propagation';
import { AppError } from '@/lib/errors/app-error';
import { log } from '@/lib/observability/log';
import { observeRequest } from '@/lib/observability/metrics';
import { bodyOf, readCapped } from './body';
import { problem } from './problem';

/** An action of the matrix; anybody; or whoever holds METRICS_TOKEN. */
export type Access = Action | 'public' | 'metrics';

interface Spec<Params, Query, Body> {
  /** The decision. There is no default. */
  readonly access: Access;
  /** The path with its parameters named, for metrics. */
  readonly route: string;
  /** Which roles of the process serve it. */
  readonly serves?: 'web' | 'intake' | 'any';
  readonly params?: z.ZodType<Params>;
  readonly query?: z.ZodType<Query>;
  readonly body?: z.ZodType<Body>;
}

export interface Call<Params, Query, Body> {
  readonly request: Request;
  readonly principal: Principal | undefined;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly correlationId: string;
}

type Handler = (
  request: Request,
  context: { params: Promise<Record<string, string | string[] | undefined>> },
) => Promise<Response>;

const MAX_JSON = 64 * 1024;

/**
 * The one way in for JSON: decides, validates, answers problem+json for what fails, echoes the correlation id, counts and logs.
 * Anything that is not a Response is sent as JSON.
 */
export function handle<Params = undefined, Query = undefined, Body = undefined>(
  spec: Spec<Params, Query, Body>,
  work: (call: Call<Params, Query, Body>) => Promise<unknown>,
): Handler {
  return async (request, context) => {
    const started = performance.now();
    const correlationId = currentCorrelationId() ?? mintCorrelationId();
    trace.getActiveSpan()?.setAttribute('http.route', spec.route);
    let response: Response;
    try {
      serve(spec.serves ?? 'web');
      const principal = await decide(spec.access, request);
      if (request.method !== 'GET' && request.method !== 'HEAD') sameOrigin(request);
      const answer = await work({
        request,
        principal,
        correlationId,
        params: read(spec.params, await context.params) as Params,
        query: read(spec.query, Object.fromEntries(new URL(request.url).searchParams)) as Query,
        body: (spec.body ? read(spec.body, await jsonBody(request)) : undefined) as Body,
      });
      response =
        answer instanceof Response
          ? answer
          : answer === undefined
            ? new Response(null, { status: 204 })
            : Response.json(answer);
    } catch (error) {
      response = problem(error, correlationId);
    }
    const seconds = (performance.now() - started) / 1000;
    observeRequest(spec.route, request.method, response.status, seconds);
    if (spec.serves !== 'any')
      log().info(
        {
          route: spec.route,
          method: request.method,
          status: response.status,
          ms: Math.round(seconds * 1000),
        },
        'answered',
      );
    return finish(response, correlationId);
  };
}

/** The same echo and headers for answers made elsewhere (OTLP has its own errors). */
export function finish(response: Response, correlationId: string): Response {
  response.headers.set(CORRELATION_HEADER, correlationId);
  if (!response.headers.has('cache-control')) response.headers.set('cache-control', 'no-store');
  return response;
}

/** @throws AppError not_found when this process has another role. */
export function serve(need: 'web' | 'intake' | 'any'): void {
  const { ROLE } = config();
  if (need !== 'any' && ROLE !== 'all' && ROLE !== need)
    throw new AppError('not_found', `This process serves ${ROLE} only.`);
}

async function decide(access: Access, request: Request): Promise<Principal | undefined> {
  if (access === 'public') return undefined;
  if (access !== 'metrics') return authorize(await principalOf(request.headers), access);
  const token = config().METRICS_TOKEN;
  if (token && !sameSecret(request.headers.get('authorization') ?? '', `Bearer ${token}`))
    throw new AppError('unauthenticated', 'Send Authorization: Bearer with the metrics token.');
  return undefined;
}

/** State changes come from our own pages, or from a machine with a token; a cookie alone from elsewhere is refused. */
function sameOrigin(request: Request): void {
  if (request.headers.get('authorization')) return;
  const origin = request.headers.get('origin');
  const own = new URL(config().PUBLIC_URL).origin;
  const site = request.headers.get('sec-fetch-site');
  if (origin ? origin === own : site === 'same-origin') return;
  throw new AppError('cross_origin', `State changes must come from ${own}.`);
}

async function jsonBody(request: Request): Promise<unknown> {
  if (!request.headers.get('content-type')?.toLowerCase().startsWith('application/json'))
    throw new AppError('unsupported_media_type', 'Send application/json.');
  const body = await readCapped(
    bodyOf(request),
    MAX_JSON,
    () => new AppError('too_large', 'The body is larger than 64 KiB.'),
  );
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new AppError('invalid_input', 'The body is not JSON.');
  }
}

function read<Value>(schema: z.ZodType<Value> | undefined, value: unknown): Value | undefined {
  if (!schema) return undefined;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const app =
    issue?.code === 'custom' && typeof issue.params?.code === 'string'
      ? issue.params.code
      : undefined;
  throw new AppError(
    app === 'invalid_correlation_id' ? app : 'invalid_input',
    `${issue?.path.length ? `${issue.path.join('.')}: ` : ''}${issue?.message ?? 'not valid'}`,
  );
}

/** The way in for machines that bring their own credentials and expect errors of their own shape (OTLP): `work` decides. */
export function intake(
  work: (request: Request) => Promise<Response>,
): (request: Request) => Promise<Response> {
  return async (request) => {
    const correlationId = currentCorrelationId() ?? mintCorrelationId();
    try {
      serve('intake');
      return finish(await work(request), correlationId);
    } catch (error) {
      return finish(problem(error, correlationId), correlationId);
    }
  };
}
