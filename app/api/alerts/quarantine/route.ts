import { listQuarantine } from '@/lib/alerts/intake/intake-state';
import { quarantine } from '@/lib/alerts/intake/contract';
import { json } from '@/lib/http/answers';
import { handle } from '@/lib/http/inbound';

export const GET = handle(
  {
    method: 'GET',
    access: 'alert:read',
    route: '/api/alerts/quarantine',
    summary: 'List what alert sources sent that could not be read',
    answers: [json(quarantine)],
  },
  async () => ({
    items: await listQuarantine(),
  }),
);
