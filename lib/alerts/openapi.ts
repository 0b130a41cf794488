import { z } from 'zod';
import { answer, query, text, type Surface } from '@/lib/http/openapi';
import {
  acknowledgeBody,
  acknowledgeManyBody,
  episodeList,
  episodeView,
  STATES,
  textBody,
} from './contract';

const id = { in: 'path', name: 'episodeId', required: true, ...text('id of the episode') };
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const body = (name: string) => ({
  required: true,
  content: { 'application/json': { schema: ref(name) } },
});
const json = (schema: z.ZodType) =>
  z.toJSONSchema(schema, { target: 'openapi-3.0', unrepresentable: 'any', io: 'input' });
const nothing = (description: string) => ({
  '204': { description },
  default: { $ref: '#/components/responses/Problem' },
});
const webhook = (from: string) => ({
  post: {
    summary: `Alerts of ${from}`,
    security: [{ alertSource: [] }],
    requestBody: {
      required: true,
      content: { 'application/json': { schema: { type: 'object' } } },
    },
    responses: answer('stored; 503: send it again'),
  },
});

/** The alerts' part of the HTTP surface. */
export const alertSurface = (): Surface => ({
  paths: {
    '/api/alerts': {
      get: {
        summary: 'Episodes, what needs somebody first',
        parameters: [
          query('state', STATES.join(', ')),
          ...['severity', 'service', 'q', 'limit'].map((name) => query(name, name)),
        ],
        responses: answer('episodes, and whether they can be trusted', ref('EpisodeList')),
      },
    },
    '/api/alerts/{episodeId}': {
      get: {
        summary: 'One episode',
        parameters: [id],
        responses: answer('everything that is kept of it', ref('EpisodeView')),
      },
    },
    '/api/alerts/{episodeId}/hurt': {
      get: {
        summary: 'The requests it hurts, by signature, live',
        parameters: [id],
        responses: answer('signatures'),
      },
    },
    '/api/alerts/{episodeId}/changes': {
      get: {
        summary: 'Rollouts and events of the workload, pod or node it names, in the hour before',
        parameters: [id],
        responses: answer('changes'),
      },
    },
    '/api/alerts/{episodeId}/rule': {
      get: {
        summary: 'The value of its rule around it',
        parameters: [id],
        responses: answer('series, threshold, when it was pending'),
      },
    },
    '/api/alerts/{episodeId}/acknowledgement': {
      put: {
        summary: 'Acknowledge, renew or hand over',
        parameters: [id],
        requestBody: body('Acknowledge'),
        responses: answer('until when'),
      },
      delete: {
        summary: 'Take it back',
        parameters: [id],
        responses: nothing('nothing is acknowledged'),
      },
    },
    '/api/alerts/{episodeId}/notes': {
      post: {
        summary: 'Add a note',
        parameters: [id],
        requestBody: body('Text'),
        responses: nothing('added'),
      },
    },
    '/api/alerts/{episodeId}/fix': {
      put: {
        summary: 'Say what fixed it',
        parameters: [id],
        requestBody: body('Text'),
        responses: nothing('kept'),
      },
    },
    '/api/alerts/acknowledgements': {
      post: {
        summary: 'Acknowledge these, and no others',
        requestBody: body('AcknowledgeMany'),
        responses: answer('what became of each'),
      },
    },
    '/api/alerts/quarantine': {
      get: { summary: 'What could not be read', responses: answer('items') },
    },
    '/api/alerts/stream': {
      get: {
        summary: 'Tells when something changed, live',
        responses: answer(
          'server-sent events: changed, alive',
          { type: 'string' },
          'text/event-stream',
        ),
      },
    },
    '/api/requests/{correlationId}/evidence': {
      post: {
        summary: 'Freeze a request into Postgres',
        parameters: [{ ...id, name: 'correlationId', description: 'the id' }],
        responses: answer('id of the evidence: ?evidence= of the request page'),
      },
    },
    '/api/channels/test': {
      post: {
        summary: 'Send a test to a channel',
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: {
                type: 'object',
                required: ['name'],
                properties: { name: { type: 'string' } },
              },
            },
          },
        },
        responses: nothing('taken'),
      },
    },
    '/api/webhooks/alertmanager': webhook('Alertmanager'),
    '/api/webhooks/grafana': webhook('Grafana'),
    '/api/webhooks/google-cloud-monitoring': webhook('Cloud Monitoring'),
    '/api/webhooks/amazon-sns': webhook('Amazon SNS'),
  },
  schemas: {
    EpisodeList: json(episodeList),
    EpisodeView: json(episodeView),
    Acknowledge: json(acknowledgeBody),
    AcknowledgeMany: json(acknowledgeManyBody),
    Text: json(textBody),
  },
});
