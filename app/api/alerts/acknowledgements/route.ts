import { acknowledge } from '@/lib/alerts/responses/acknowledgements';
import { acknowledgeManyBody, acknowledgeManyResult } from '@/lib/alerts/contract';
import { json } from '@/lib/http/answers';
import { handle } from '@/lib/http/inbound';

/**
 * The episodes that are named, and no others: whoever joins their group later is not acknowledged.
 */
export const POST = handle(
  {
    method: 'POST',
    access: 'alert:answer',
    route: '/api/alerts/acknowledgements',
    summary: 'Acknowledge several episodes',
    body: acknowledgeManyBody,
    answers: [json(acknowledgeManyResult)],
  },
  async ({ body: { episodes, ...body }, principal }) => ({
    acknowledged: await acknowledge(principal!, episodes, body),
  }),
);
