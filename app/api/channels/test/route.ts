import { z } from 'zod';
import { testChannel } from '@/lib/alerts/notifications/outbox';
import { handle } from '@/lib/http/inbound';

export const POST = handle(
  {
    access: 'channel:test',
    route: '/api/channels/test',
    body: z.strictObject({ name: z.string().max(40) }),
  },
  ({ body }) => testChannel(body.name),
);
