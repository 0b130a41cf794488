import { acknowledge, endAcknowledgement } from '@/lib/alerts/responses/acknowledgements';
import { acknowledgeBody, episodeParams } from '@/lib/alerts/contract';
import { handle } from '@/lib/http/inbound';

const spec = {
  access: 'alert:answer',
  route: '/api/alerts/{episodeId}/acknowledgement',
  params: episodeParams,
} as const;

export const PUT = handle(
  { ...spec, body: acknowledgeBody },
  async ({ params, body, principal }) =>
    (await acknowledge(principal!, [params.episodeId], body))[0],
);

/** Taken back, or never there: either way nothing is acknowledged afterwards. */
export const DELETE = handle(spec, ({ params, principal }) =>
  endAcknowledgement([params.episodeId], 'taken back', principal!.name),
);
