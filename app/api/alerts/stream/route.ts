import { alertStream } from '@/lib/alerts/episodes/live';
import { handle } from '@/lib/http/inbound';

export const GET = handle(
  { access: 'alert:read', route: '/api/alerts/stream' },
  async ({ request }) => alertStream(request.signal),
);
