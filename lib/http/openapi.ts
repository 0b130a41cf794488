import { may, ROLES, type Action } from '@/lib/auth/authorize';
import { ERROR_STATUS, type ErrorCode } from '@/lib/errors/app-error';
import type { Answer } from './answers';
import { problemDetails } from './contract';
import { SchemaComponents, type JsonSchema } from './json-schemas';
import type { Access, RegisteredRoute } from './route-registry';

interface Media {
  readonly schema: JsonSchema;
  readonly 'x-events'?: Readonly<Record<string, JsonSchema>>;
}

interface Response {
  description: string;
  readonly headers: JsonSchema;
  content?: Record<string, Media>;
}

type Operation = Readonly<Record<string, unknown>> & {
  readonly responses: Readonly<Record<string, Response>>;
};

export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: JsonSchema;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly headers: JsonSchema;
    readonly securitySchemes: JsonSchema;
  };
}

/** The HTTP surface as an OpenAPI 3.1 document, from what the handlers themselves use. */
export function openApiDocument(
  routes: readonly RegisteredRoute[],
  version: string,
): OpenApiDocument {
  const components = new SchemaComponents();
  const paths: Record<string, Record<string, Operation>> = {};
  for (const route of routes)
    (paths[route.route] ??= {})[route.method.toLowerCase()] = operationOf(route, components);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Throughline',
      version,
      license: { name: 'Apache 2.0', identifier: 'Apache-2.0' },
    },
    paths,
    components: {
      schemas: components.all(),
      headers: {
        CorrelationId: {
          description: 'under which the portal wrote its own logs and spans of this call',
          schema: { type: 'string' },
        },
      },
      securitySchemes: SECURITY_SCHEMES,
    },
  };
}

function operationOf(route: RegisteredRoute, components: SchemaComponents): Operation {
  const parameters = [
    ...parametersOf(route.params, 'path', components),
    ...parametersOf(route.query, 'query', components),
  ];
  return {
    operationId: operationId(route),
    tags: [tagOf(route.route)],
    summary: route.summary,
    ...(leastRole(route.access) && { description: `Needs the role ${leastRole(route.access)}.` }),
    security: securityOf(route.access),
    ...(parameters.length && { parameters }),
    ...(route.bodies && { requestBody: requestBodyOf(route.bodies, components) }),
    responses: responsesOf(route, components),
  };
}

function parametersOf(
  schema: RegisteredRoute['query'],
  place: 'path' | 'query',
  components: SchemaComponents,
): JsonSchema[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = components.resolve(
    components.add(schema, 'input'),
  ) as {
    properties?: Record<string, JsonSchema>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: place,
    required: required.includes(name),
    ...(description !== undefined && { description }),
    schema: rest,
  }));
}

const requestBodyOf = (
  bodies: NonNullable<RegisteredRoute['bodies']>,
  components: SchemaComponents,
): JsonSchema => ({
  required: true,
  content: Object.fromEntries(
    Object.entries(bodies).map(([mediaType, schema]) => [
      mediaType,
      { schema: schema ? components.add(schema, 'input') : {} },
    ]),
  ),
});

function responsesOf(
  { answers, errors }: RegisteredRoute,
  components: SchemaComponents,
): Record<string, Response> {
  const responses: Record<string, Response> = {};
  const at = (status: number, description: string): Response =>
    (responses[status] ??= {
      description,
      headers: { 'x-correlation-id': { $ref: '#/components/headers/CorrelationId' } },
    });
  for (const answer of answers) {
    const response = at(answer.status, answer.description);
    const media = mediaOf(answer, components);
    if (media) response.content = { ...response.content, ...media };
  }
  for (const [status, codes] of byStatus(errors)) {
    const response = at(status, codes.join(', '));
    response.content = {
      ...response.content,
      'application/problem+json': { schema: problemWith(codes, components) },
    };
  }
  return responses;
}

/** The content of an answer by its media type; undefined for one without a body. */
function mediaOf(answer: Answer, components: SchemaComponents): Record<string, Media> | undefined {
  switch (answer.kind) {
    case 'json':
      return { 'application/json': { schema: components.add(answer.schema, 'output') } };
    case 'ndjson':
      return { 'application/x-ndjson': { schema: components.add(answer.schema, 'output') } };
    case 'events': {
      const events = Object.entries(answer.events).map(
        ([name, schema]) => [name, components.add(schema, 'output')] as const,
      );
      return {
        'text/event-stream': {
          schema: { type: 'string' },
          'x-events': Object.fromEntries(events),
        },
      };
    }
    case 'content':
      return { [answer.mediaType]: { schema: {} } };
    case 'no-content':
      return undefined;
  }
}

const byStatus = (codes: readonly ErrorCode[]): [number, ErrorCode[]][] =>
  [...Map.groupBy(codes, (code) => ERROR_STATUS[code])].toSorted(([a], [b]) => a - b);

const problemWith = (codes: readonly ErrorCode[], components: SchemaComponents): JsonSchema => ({
  allOf: [
    components.add(problemDetails, 'output'),
    { type: 'object', properties: { code: { enum: codes } } },
  ],
});

const SECURITY_SCHEMES = {
  bearer: { type: 'http', scheme: 'bearer', description: 'a token of /api/tokens' },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: 'throughline',
    description: 'set by POST /api/session; over https its name has the prefix __Host-',
  },
  alertSource: {
    type: 'http',
    scheme: 'bearer',
    description: 'the credential of an alert source; docs/alerts.md names the others',
  },
  otlp: { type: 'http', scheme: 'bearer', description: 'OTLP_TOKEN, where it is set' },
  metrics: { type: 'http', scheme: 'bearer', description: 'METRICS_TOKEN, where it is set' },
};

function securityOf(access: Access): JsonSchema[] {
  switch (access) {
    case 'public':
      return [];
    case 'alert-source':
      return [{ alertSource: [] }];
    case 'otlp':
    case 'metrics':
      return [{}, { [access]: [] }];
    default:
      return [{ bearer: [] }, { session: [] }];
  }
}

const isAction = (access: Access): access is Action => access.includes(':');

const leastRole = (access: Access) =>
  isAction(access)
    ? ROLES.find((role) => may({ kind: 'user', id: '', name: '', role }, access))
    : undefined;

/** `GET /api/alerts/{episodeId}/notes` is `getAlertsEpisodeIdNotes`. */
const operationId = ({ method, route }: RegisteredRoute): string =>
  method.toLowerCase() +
  route
    .replace(/^\/api/, '')
    .split(/[^A-Za-z0-9]+/)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');

const OPERATIONS = new Set(['healthz', 'readyz', 'metrics', 'openapi.json', 'docs']);

/** Routes are grouped by the first part of their path. */
function tagOf(route: string): string {
  if (route.startsWith('/v1/')) return 'otlp';
  const [first = ''] = route.replace('/api/', '').split('/');
  return OPERATIONS.has(first) ? 'operations' : first;
}
