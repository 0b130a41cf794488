import { alertStream } from '@/lib/alerts/episodes/live';
import { alertStreamEvents } from '@/lib/alerts/contract';
import { events } from '@/lib/http/answers';
import { handle } from '@/lib/http/inbound';

export const GET = handle(
  {
    method: 'GET',
    access: 'alert:read',
    route: '/api/alerts/stream',
    summary: 'Hear of every change of an alert, live',
    answers: [events(alertStreamEvents)],
  },
  async ({ request }) => alertStream(request.signal),
);
