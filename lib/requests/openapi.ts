import { z } from 'zod';
import { ERROR_STATUS } from '@/lib/errors/app-error';
import { answer, query, type Surface } from '@/lib/http/openapi';
import { comparison } from './view/contract';
import { requestView } from './contract';

const id = {
  in: 'path',
  name: 'correlationId',
  required: true,
  description: 'the id',
  schema: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._:-]{7,127}$' },
};
const revision = query('revision', 'the revision of the view these windows belong to', true);
/** The HTTP surface, from the same zod schemas that the handlers use. */
export function openapi(...others: Surface[]): object {
  const view = z.toJSONSchema(requestView, {
    target: 'openapi-3.0',
    unrepresentable: 'any',
    io: 'output',
  });
  return {
    openapi: '3.0.3',
    info: { title: 'Throughline', version: '0.1.0', license: { name: 'Apache-2.0' } },
    security: [{ bearer: [] }, { session: [] }],
    paths: {
      '/api/resolve': {
        get: {
          summary: 'Ids found in any pasted text',
          parameters: [query('q', 'the text', true)],
          responses: answer('candidates, most likely first'),
        },
      },
      '/api/requests': {
        get: {
          summary: 'Recent requests',
          parameters: ['state', 'service', 'from', 'to', 'cursor', 'limit'].map((name) =>
            query(name, name),
          ),
          responses: answer('requests, newest first, and failures by signature'),
        },
      },
      '/api/requests/{correlationId}': {
        get: {
          summary: 'The whole request',
          parameters: [
            id,
            query('from', 'narrow to this window'),
            query('to', 'narrow to this window'),
          ],
          responses: {
            '200': {
              description: 'the view; as NDJSON, its fields as they arrive',
              content: {
                'application/json': { schema: { $ref: '#/components/schemas/RequestView' } },
                'application/x-ndjson': { schema: { $ref: '#/components/schemas/RequestView' } },
              },
            },
            default: { $ref: '#/components/responses/Problem' },
          },
        },
      },
      '/api/requests/{correlationId}/columns': {
        get: {
          summary: 'The shape of a large request',
          parameters: [id, revision],
          responses: answer(
            'binary columns',
            { type: 'string', format: 'binary' },
            'application/octet-stream',
          ),
        },
      },
      '/api/requests/{correlationId}/spans': {
        get: {
          summary: 'Full rows of a large request',
          parameters: [id, revision, query('ids', 'positions in the columns', true)],
          responses: answer('rows'),
        },
      },
      '/api/requests/{correlationId}/logs': {
        get: {
          summary: 'More log lines',
          parameters: [id, revision, query('cursor', 'id of the last line seen')],
          responses: answer('lines'),
        },
      },
      '/api/requests/{correlationId}/logs/around': {
        get: {
          summary: 'What stood around a line in its stream',
          parameters: [id, revision, query('line', 'id of the line', true)],
          responses: answer('lines before and after'),
        },
      },
      '/api/requests/{correlationId}/export': {
        get: {
          summary: 'Download',
          parameters: [id, query('format', 'json or otlp')],
          responses: answer('everything'),
        },
      },
      '/api/requests/{correlationId}/compare': {
        get: {
          summary: 'What it did differently',
          parameters: [
            id,
            query('with', 'another id; without it a healthy request with the same root'),
            query(
              'revision',
              'of the view that is compared; without it the request is gathered again',
            ),
          ],
          responses: answer('operations, what differs most first', {
            $ref: '#/components/schemas/Comparison',
          }),
        },
      },
      '/api/requests/{correlationId}/operations': {
        get: {
          summary: 'Its operations: calls, errors, total and own time',
          parameters: [id, revision],
          responses: answer('operations, most time of their own first'),
        },
      },
      '/api/requests/{correlationId}/tail': {
        get: {
          summary: 'New log lines, live',
          parameters: [id, query('since', 'RFC 3339; without it from now on')],
          responses: answer(
            'server-sent events: lines, trouble',
            { type: 'string' },
            'text/event-stream',
          ),
        },
      },
      '/api/sources': { get: { summary: 'Health of every source', responses: answer('sources') } },
      '/v1/traces': {
        post: {
          summary: 'OTLP/HTTP traces into the embedded store',
          responses: answer('stored; partialSuccess names what was rejected'),
        },
      },
      ...Object.assign({}, ...others.map(({ paths }) => paths)),
      '/v1/logs': {
        post: {
          summary: 'OTLP/HTTP logs into the embedded store',
          responses: answer('stored; partialSuccess names what was rejected'),
        },
      },
    },
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        alertSource: {
          type: 'http',
          scheme: 'bearer',
          description: 'the credential of an alert source',
        },
        session: { type: 'apiKey', in: 'cookie', name: 'throughline' },
      },
      schemas: {
        ...Object.assign({}, ...others.map(({ schemas }) => schemas)),
        RequestView: view,
        Comparison: z.toJSONSchema(comparison, { target: 'openapi-3.0', io: 'output' }),
        Problem: {
          type: 'object',
          required: ['code', 'title', 'status'],
          properties: {
            type: { type: 'string' },
            title: { type: 'string' },
            status: { type: 'integer' },
            code: { type: 'string', enum: Object.keys(ERROR_STATUS) },
            correlation_id: { type: 'string' },
          },
        },
      },
      responses: {
        Problem: {
          description: 'what went wrong, and what to do',
          content: {
            'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
          },
        },
      },
    },
  };
}
