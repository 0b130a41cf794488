import { z } from 'zod';
import { correlationIdSchema, requestParams } from '@/lib/correlation/schema';
import { handle } from '@/lib/http/inbound';
import { loadComparison } from '@/lib/request-view/load';

const query = z.object({ with: z.union([z.literal('healthy'), correlationIdSchema]).default('healthy') });

export const GET = handle({ access: 'request:read', route: '/api/requests/{correlationId}/compare', params: requestParams, query }, ({ params, query: { with: other }, request }) => loadComparison(params.correlationId, other, request.signal));
