import { receive } from '@/lib/alerts/intake/receive';
import { intake } from '@/lib/http/inbound';

export const POST = intake(receive('grafana'));

/** A contact point of Grafana may be set to PUT. */
export const PUT = intake(receive('grafana'));
