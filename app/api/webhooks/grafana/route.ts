import { receive, webhookRoute } from '@/lib/alerts/intake/receive';
import { intake } from '@/lib/http/inbound';

export const POST = intake(webhookRoute('grafana'), receive('grafana'));

/** A contact point of Grafana may be set to PUT. */
export const PUT = intake(webhookRoute('grafana', 'PUT'), receive('grafana'));
