import { z } from 'zod';
import { recentRequests } from '@/lib/requests/explore/contract';
import { json } from '@/lib/http/answers';
import { handle } from '@/lib/http/inbound';
import { loadRecentRequests } from '@/lib/requests/explore/recent-requests';

const query = z.object({
  state: z.enum(['failed', 'slow', 'all']).default('failed'),
  service: z.string().max(200).optional(),
  from: z.string().max(40).optional().describe('RFC 3339, with to; else the last hour'),
  to: z.string().max(40).optional().describe('RFC 3339, after from'),
  cursor: z.string().max(40).optional().describe('of the answer before: older ones'),
  limit: z.coerce.number().int().min(1).max(500).default(200),
});

export const GET = handle(
  {
    method: 'GET',
    access: 'request:read',
    route: '/api/requests',
    summary: 'List recent requests, and failed ones by signature',
    query,
    answers: [json(recentRequests)],
  },
  ({ query: asked, request }) => loadRecentRequests(asked, request.signal),
);
