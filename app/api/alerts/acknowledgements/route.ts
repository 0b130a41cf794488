import { acknowledge } from '@/lib/alerts/responses/acknowledgements';
import { acknowledgeManyBody } from '@/lib/alerts/contract';
import { handle } from '@/lib/http/inbound';

/** The episodes that are named, and no others: whoever joins their group later is not acknowledged. */
export const POST = handle(
  { access: 'alert:answer', route: '/api/alerts/acknowledgements', body: acknowledgeManyBody },
  async ({ body: { episodes, ...body }, principal }) => ({
    acknowledged: await acknowledge(principal!, episodes, body),
  }),
);
