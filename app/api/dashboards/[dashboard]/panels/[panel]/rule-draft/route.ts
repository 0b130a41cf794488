import { loadRuleDraft } from '@/lib/dashboards/rule-drafts/load-rule-draft';
import { ruleDraftQuery, panelParams, ruleDraft } from '@/lib/dashboards/contract';
import { json } from '@/lib/http/answers';
import { handle } from '@/lib/http/inbound';

export const GET = handle(
  {
    method: 'GET',
    access: 'dashboard:read',
    route: '/api/dashboards/{dashboard}/panels/{panel}/rule-draft',
    summary: 'An alert rule made of a panel, its test, and when it would have fired',
    params: panelParams,
    query: ruleDraftQuery,
    answers: [json(ruleDraft)],
  },
  ({ params: { dashboard, panel }, query, request }) =>
    loadRuleDraft(dashboard, panel, query, Date.now(), request.signal),
);
