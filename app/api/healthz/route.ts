import { handle } from '@/lib/http/inbound';

/** The process answers. Nothing else is asked, so that a database away does not restart every pod. */
export const GET = handle({ access: 'public', route: '/api/healthz', serves: 'any' }, async () => ({
  status: 'ok',
}));
