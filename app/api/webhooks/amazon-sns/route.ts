import { receive, webhookRoute } from '@/lib/alerts/intake/receive';
import { intake } from '@/lib/http/inbound';

export const POST = intake(webhookRoute('amazon-sns'), receive('amazon-sns'));
