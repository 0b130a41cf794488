import { receive } from '@/lib/alerts/intake/receive';
import { intake } from '@/lib/http/inbound';

export const POST = intake(receive('alertmanager'));
