import { loadCsv } from '@/lib/dashboards/query/load-csv';
import { dashboardQuery, panelParams } from '@/lib/dashboards/contract';
import { handle } from '@/lib/http/inbound';

export const GET = handle(
  {
    access: 'dashboard:read',
    route: '/api/dashboards/{dashboard}/panels/{panel}/csv',
    params: panelParams,
    query: dashboardQuery,
  },
  async ({ params: { dashboard, panel }, query, request }) => {
    const text = await loadCsv(dashboard, panel, query, Date.now(), request.signal);
    return new Response(text, {
      headers: {
        'content-type': 'text/csv; charset=utf-8; header=present',
        'content-disposition': `attachment; filename="${dashboard}-${panel}.csv"`,
      },
    });
  },
);
