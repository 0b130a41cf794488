import { z } from 'zod';
import { requestParams } from '@/lib/correlation-id/schema';
import { AppError } from '@/lib/errors/app-error';
import { logPage } from '@/lib/requests/view/contract';
import { json } from '@/lib/http/answers';
import { handle } from '@/lib/http/inbound';
import { loadRevision } from '@/lib/requests/view/load-request';
import { logRowOf } from '@/lib/requests/view/view-model';

const PAGE = 1_000;
const query = z.object({
  revision: z.string().min(1).max(64),
  cursor: z.string().max(100).optional().describe('of the page before'),
});

/** Pages go by the id of the last line seen, never by offset. */
export const GET = handle(
  {
    method: 'GET',
    access: 'request:read',
    route: '/api/requests/{correlationId}/logs',
    summary: 'Log lines of a request, page by page',
    params: requestParams,
    query,
    answers: [json(logPage)],
  },
  async ({ params, query: { revision, cursor }, request }) => {
    const { request: correlated } = await loadRevision(
      params.correlationId,
      revision,
      request.signal,
    );
    const from = cursor ? correlated.lines.findIndex((placed) => placed.line.id === cursor) + 1 : 0;
    if (cursor && from === 0)
      throw new AppError('invalid_input', 'The cursor is not a line of this revision.');
    const page = correlated.lines.slice(from, from + PAGE);
    return {
      revision,
      logs: page.map((placed) => logRowOf(correlated, placed)),
      cursor: from + PAGE < correlated.lines.length ? page.at(-1)!.line.id : null,
    };
  },
);
