import 'server-only';
import { trace } from '@opentelemetry/api';
import type { z } from 'zod';
import { authorize, type Action, type Principal } from '@/lib/auth/authorize';
import { principalOf } from '@/lib/auth/principal';
import { sameSecret } from '@/lib/auth/secret';
import { config } from '@/lib/config/load';
import { CORRELATION_HEADER } from '@/lib/correlation-id/grammar';
import { currentCorrelationId, mintCorrelationId } from '@/lib/correlation-id/propagation';
import { AppError, type ErrorCode } from '@/lib/errors/app-error';
import { log } from '@/lib/observability/log';
import { observeRequest } from '@/lib/observability/metrics';
import { WithHeaders, withHeaders, type Answer, type Reply } from './answers';
import { bodyOf, readCapped } from './body';
import { problem } from './problem';
import { registerRoute, type Method, type RegisteredRoute } from './route-registry';

interface Spec<Params, Query, Body, Answers extends readonly Answer[]> {
  /** The decision. There is no default. */
  readonly access: Action | 'public' | 'metrics';
  readonly method: Method;
  /** The path with its parameters named, for metrics and the OpenAPI document. */
  readonly route: string;
  /** One line for the OpenAPI document: what a caller gets or does. */
  readonly summary: string;
  /** Which roles of the process serve it. */
  readonly serves?: 'web' | 'intake' | 'any';
  readonly params?: z.ZodType<Params>;
  readonly query?: z.ZodType<Query>;
  readonly body?: z.ZodType<Body>;
  /** What it answers, one for each media type; the type of what `work` returns follows. */
  readonly answers: Answers;
  /** Refusals beyond those that follow from access, parameters and body. */
  readonly errors?: readonly ErrorCode[];
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
 * The one way in for people and scripts: registers the route for the OpenAPI document, decides,
 * validates, answers problem+json for what fails, echoes the correlation id, counts and logs.
 * @param work returns the value of the JSON answer, nothing for 204, or a Response of another type
 */
export function handle<
  Params = undefined,
  Query = undefined,
  Body = undefined,
  const Answers extends readonly Answer[] = readonly Answer[],
>(
  spec: Spec<Params, Query, Body, Answers>,
  work: (call: Call<Params, Query, Body>) => Promise<Reply<Answers>>,
): Handler {
  registerRoute({
    ...spec,
    bodies: spec.body && { 'application/json': spec.body },
    errors: errorsOf(spec),
  });
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
      response = responseOf(answer, spec.answers);
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

/** The refusals that follow from what a route demands. */
function errorsOf({
  access,
  method,
  route,
  serves,
  params,
  query,
  body,
  errors = [],
}: Spec<unknown, unknown, unknown, readonly Answer[]>): ErrorCode[] {
  const found: ErrorCode[] = ['internal', 'unavailable', ...errors];
  if (access === 'metrics') found.push('unauthenticated');
  else if (access !== 'public') found.push('unauthenticated', 'forbidden');
  if (method !== 'GET') found.push('cross_origin');
  if (serves !== 'any') found.push('not_found');
  if (params || query || body) found.push('invalid_input');
  if (route.includes('{correlationId}')) found.push('invalid_correlation_id');
  if (body) found.push('unsupported_media_type', 'too_large');
  return [...new Set(found)];
}

function responseOf(answer: unknown, answers: readonly Answer[]): Response {
  if (answer instanceof Response) return answer;
  const { value, headers } = answer instanceof WithHeaders ? answer : withHeaders(answer, {});
  if (value === undefined) return new Response(null, { status: 204, headers });
  const status = answers.find(({ kind }) => kind === 'json')?.status;
  return Response.json(value, { ...(status && { status }), headers });
}

/** The same echo and headers for answers made elsewhere (OTLP has its own errors). */
function finish(response: Response, correlationId: string): Response {
  response.headers.set(CORRELATION_HEADER, correlationId);
  if (!response.headers.has('cache-control')) response.headers.set('cache-control', 'no-store');
  return response;
}

/** @throws AppError not_found when this process has another role. */
function serve(need: 'web' | 'intake' | 'any'): void {
  const { ROLE } = config();
  if (need !== 'any' && ROLE !== 'all' && ROLE !== need)
    throw new AppError('not_found', `This process serves ${ROLE} only.`);
}

async function decide(
  access: Action | 'public' | 'metrics',
  request: Request,
): Promise<Principal | undefined> {
  if (access === 'public') return undefined;
  if (access !== 'metrics') return authorize(await principalOf(request.headers), access);
  const token = config().METRICS_TOKEN;
  if (token && !sameSecret(request.headers.get('authorization') ?? '', `Bearer ${token}`))
    throw new AppError('unauthenticated', 'Send Authorization: Bearer with the metrics token.');
  return undefined;
}

/**
 * State changes come from our own pages, or from a machine with a token; a cookie alone from
 * elsewhere is refused.
 */
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

interface IntakeSpec extends Omit<RegisteredRoute, 'errors'> {
  readonly access: 'alert-source' | 'otlp';
  /** Refusals as problem+json, beyond those of every intake. */
  readonly errors?: readonly ErrorCode[];
}

/**
 * The way in for machines that bring their own credentials and expect errors of their own shape
 * (OTLP): `work` decides.
 */
export function intake(
  spec: IntakeSpec,
  work: (request: Request) => Promise<Response>,
): (request: Request) => Promise<Response> {
  registerRoute({
    ...spec,
    errors: ['internal', 'unavailable', 'not_found', ...(spec.errors ?? [])],
  });
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
