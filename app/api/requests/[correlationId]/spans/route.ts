import { z } from 'zod';
import { requestParams } from '@/lib/correlation-id/schema';
import { spanPage } from '@/lib/requests/view/contract';
import { json } from '@/lib/http/answers';
import { handle } from '@/lib/http/inbound';
import { loadRevision } from '@/lib/requests/view/load-request';
import { spanRowOf } from '@/lib/requests/view/view-model';

const MAX_IDS = 500;
const query = z.object({
  revision: z.string().min(1).max(64),
  ids: z.string().transform((text, check) => {
    const ids = text.split(',').map(Number);
    if (ids.length > MAX_IDS || !/^\d+(,\d+)*$/.test(text)) {
      check.addIssue({
        code: 'custom',
        message: `at most ${MAX_IDS} positions in the columns of this revision, with commas between`,
      });
      return z.NEVER;
    }
    return ids;
  }),
});

export const GET = handle(
  {
    method: 'GET',
    access: 'request:read',
    route: '/api/requests/{correlationId}/spans',
    summary: 'Full rows of a large request, by position in its columns',
    params: requestParams,
    query,
    answers: [json(spanPage)],
  },
  async ({ params, query: { revision, ids }, request }) => {
    const { request: correlated, normalNs } = await loadRevision(
      params.correlationId,
      revision,
      request.signal,
    );
    const known = ids.filter((id) => id < correlated.tree.nodes.length);
    return {
      revision,
      spans: known.map((id) => ({ position: id, ...spanRowOf(correlated, id, normalNs) })),
    };
  },
);
