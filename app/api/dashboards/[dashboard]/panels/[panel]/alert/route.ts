import { loadRuleDraft } from '@/lib/dashboards/rule-drafts/load-rule-draft';
import { ruleDraftQuery, panelParams } from '@/lib/dashboards/contract';
import { handle } from '@/lib/http/inbound';

export const GET = handle(
  {
    access: 'dashboard:read',
    route: '/api/dashboards/{dashboard}/panels/{panel}/alert',
    params: panelParams,
    query: ruleDraftQuery,
  },
  ({ params: { dashboard, panel }, query, request }) =>
    loadRuleDraft(dashboard, panel, query, Date.now(), request.signal),
);
