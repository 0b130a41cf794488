import { loadAlertDraft } from '@/lib/dashboards/query/load';
import { alertQuery, panelParams } from '@/lib/dashboards/contract';
import { handle } from '@/lib/http/inbound';

export const GET = handle(
  {
    access: 'dashboard:read',
    route: '/api/dashboards/{dashboard}/panels/{panel}/alert',
    params: panelParams,
    query: alertQuery,
  },
  ({ params: { dashboard, panel }, query, request }) =>
    loadAlertDraft(dashboard, panel, query, Date.now(), request.signal),
);
