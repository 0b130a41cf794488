import { listQuarantine } from '@/lib/alerts/episodes/repository';
import { handle } from '@/lib/http/inbound';

export const GET = handle({ access: 'alert:read', route: '/api/alerts/quarantine' }, async () => ({
  items: await listQuarantine(),
}));
