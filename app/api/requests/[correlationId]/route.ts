import { z } from 'zod';
import { requestParams } from '@/lib/correlation/schema';
import { handle } from '@/lib/http/inbound';
import { loadRequest, windowBetween } from '@/lib/request-view/load';
import { streamParts } from '@/lib/request-view/stream';

const query = z.object({ from: z.string().max(40).optional(), to: z.string().max(40).optional() });

export const GET = handle({ access: 'request:read', route: '/api/requests/{correlationId}', params: requestParams, query }, async ({ params, query: { from, to }, request }) => {
  windowBetween(from, to);
  if (request.headers.get('accept')?.includes('application/x-ndjson')) return streamParts((emit, signal) => loadRequest(params.correlationId, { from, to, signal, emit }), request.signal);
  return (await loadRequest(params.correlationId, { from, to, signal: request.signal })).view;
});
