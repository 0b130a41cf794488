import { testChannel } from '@/lib/alerts/notifications/test-channel';
import { channelTestBody } from '@/lib/alerts/contract';
import { noContent } from '@/lib/http/answers';
import { handle } from '@/lib/http/inbound';

export const POST = handle(
  {
    method: 'POST',
    access: 'channel:test',
    route: '/api/channels/test',
    summary: 'Send a test message to a channel',
    body: channelTestBody,
    answers: [noContent('the channel took it')],
  },
  ({ body }) => testChannel(body.name),
);
