import { z } from 'zod';
import { json } from '@/lib/http/answers';
import { handle } from '@/lib/http/inbound';

/**
 * The process answers. Nothing else is asked, so that a database away does not restart every pod.
 */
export const GET = handle(
  {
    method: 'GET',
    access: 'public',
    route: '/api/healthz',
    summary: 'Whether the process answers',
    serves: 'any',
    answers: [json(z.object({ status: z.literal('ok') }))],
  },
  async () => ({ status: 'ok' as const }),
);
