import { z } from 'zod';
import { answer, query, text, type Surface } from '@/lib/http/openapi';
import { DASHBOARD_IDS } from './catalogue/catalogue';
import { PARAMETER_NAMES, PARAMETERS } from './catalogue/parameters';
import { ruleDraft, dashboardView, tile } from './contract';

const dashboard = {
  in: 'path',
  name: 'dashboard',
  required: true,
  description: 'which',
  schema: { type: 'string', enum: [...DASHBOARD_IDS] },
};
const panel = { in: 'path', name: 'panel', required: true, ...text('id of the panel') };
const chosen = PARAMETER_NAMES.map((name) =>
  query(
    name,
    `${PARAMETERS[name].title}: values, separated by commas; a backslash before a comma that is part of one`,
  ),
);
const shown = [
  query('range', 'the last 15m, 6h, 7d'),
  query('from', 'RFC 3339, with to: instead of range'),
  query('to', 'RFC 3339'),
  query('points', 'at most so many instants a series'),
  ...chosen,
];
const json = (schema: z.ZodType) => z.toJSONSchema(schema, { target: 'openapi-3.0', io: 'output' });
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

/** The dashboards' part of the HTTP surface. */
export const dashboardSurface = (): Surface => ({
  paths: {
    '/api/dashboards': {
      get: {
        summary: 'Application, runners and cluster: fine, degraded or broken',
        responses: answer('tiles', {
          type: 'object',
          properties: { tiles: { type: 'array', items: ref('Tile') } },
        }),
      },
    },
    '/api/dashboards/{dashboard}': {
      get: {
        summary: 'Panels as series',
        parameters: [dashboard, ...shown],
        responses: {
          '200': {
            description: 'the view; as NDJSON, panel by panel',
            content: {
              'application/json': { schema: ref('DashboardView') },
              'application/x-ndjson': { schema: ref('DashboardView') },
            },
          },
          default: { $ref: '#/components/responses/Problem' },
        },
      },
    },
    '/api/dashboards/{dashboard}/choices': {
      get: {
        summary: 'What can be chosen, with what is chosen already',
        parameters: [dashboard, ...chosen],
        responses: answer('values by parameter'),
      },
    },
    '/api/dashboards/{dashboard}/requests': {
      get: {
        summary: 'Requests that are listed below the panels',
        parameters: [dashboard, ...shown],
        responses: answer('requests'),
      },
    },
    '/api/dashboards/{dashboard}/operations': {
      get: {
        summary: 'Where the time of those went',
        parameters: [dashboard, ...shown],
        responses: answer('operations, of so many requests'),
      },
    },
    '/api/dashboards/{dashboard}/panels/{panel}/requests': {
      get: {
        summary: 'The requests behind a panel, or behind one point of it',
        parameters: [
          dashboard,
          panel,
          query('at', 'RFC 3339: a point'),
          query('series', 'labels of its series, as JSON'),
          ...shown,
        ],
        responses: answer('requests'),
      },
    },
    '/api/dashboards/{dashboard}/panels/{panel}/operations': {
      get: {
        summary: 'Where the time of those went',
        parameters: [
          dashboard,
          panel,
          query('at', 'RFC 3339: a point'),
          query('series', 'labels of its series, as JSON'),
          ...shown,
        ],
        responses: answer('operations, of so many requests'),
      },
    },
    '/api/dashboards/{dashboard}/panels/{panel}/csv': {
      get: {
        summary: 'All series of a panel as CSV',
        parameters: [dashboard, panel, ...shown],
        responses: answer('one line an instant', { type: 'string' }, 'text/csv'),
      },
    },
    '/api/dashboards/{dashboard}/panels/{panel}/alert': {
      get: {
        summary: 'An alert made of a panel: rule, promtool test, when it would have fired',
        parameters: [
          dashboard,
          panel,
          query('threshold', 'number'),
          query('direction', 'above or below'),
          query('hold', 'seconds it has to hold'),
          query('severity', 'critical, warning or info'),
          query('name', 'of the alert'),
          ...shown,
        ],
        responses: answer('the draft', ref('AlertDraft')),
      },
    },
  },
  schemas: { DashboardView: json(dashboardView), Tile: json(tile), AlertDraft: json(ruleDraft) },
});
