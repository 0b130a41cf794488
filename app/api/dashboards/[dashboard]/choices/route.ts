import { loadChoices } from '@/lib/dashboards/load';
import { dashboardParams } from '@/lib/dashboards/schema';
import { handle } from '@/lib/http/inbound';

export const GET = handle({ access: 'dashboard:read', route: '/api/dashboards/{dashboard}/choices', params: dashboardParams }, ({ params, request }) => loadChoices(params.dashboard, request.signal));
