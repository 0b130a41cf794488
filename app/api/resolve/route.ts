import { z } from 'zod';
import { BAD_ID } from '@/lib/correlation-id/schema';
import { MAX_PASTE, resolvePaste } from '@/lib/correlation-id/resolve';
import { AppError } from '@/lib/errors/app-error';
import { candidateList } from '@/lib/requests/explore/contract';
import { json } from '@/lib/http/answers';
import { handle } from '@/lib/http/inbound';
import { resolveCandidate } from '@/lib/requests/explore/resolve-request';
import { sources } from '@/lib/telemetry/sources';

const query = z.object({
  q: z
    .string()
    .min(1, BAD_ID)
    .max(MAX_PASTE, `Paste at most ${MAX_PASTE} characters.`)
    .describe('any text: an id, a log line, a header, a URL'),
});

export const GET = handle(
  {
    method: 'GET',
    access: 'request:read',
    route: '/api/resolve',
    summary: 'Find the ids in a pasted text',
    query,
    answers: [json(candidateList)],
    errors: ['invalid_correlation_id'],
  },
  async ({ query: { q }, request }) => {
    const candidates = resolvePaste(q);
    if (candidates.length === 0) throw new AppError('invalid_correlation_id', BAD_ID);
    return {
      candidates: await Promise.all(
        candidates.map(async (candidate) => {
          const resolved = await resolveCandidate(candidate, sources().traces, request.signal);
          const { open = null, found = null, tried } = resolved;
          return { ...candidate, open, found, tried: [...tried] };
        }),
      ),
    };
  },
);
