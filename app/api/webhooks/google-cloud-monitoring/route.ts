import { receive, webhookRoute } from '@/lib/alerts/intake/receive';
import { intake } from '@/lib/http/inbound';

export const POST = intake(
  webhookRoute('google-cloud-monitoring'),
  receive('google-cloud-monitoring'),
);
