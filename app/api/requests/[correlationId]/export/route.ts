import { z } from 'zod';
import { requestParams } from '@/lib/correlation-id/schema';
import { requestExport } from '@/lib/requests/view/contract';
import { json, withHeaders } from '@/lib/http/answers';
import { handle } from '@/lib/http/inbound';
import { loadRequest } from '@/lib/requests/view/load-request';
import { logRowOf, spanRowOf } from '@/lib/requests/view/view-model';
import { encodeSpans } from '@/lib/telemetry/otlp/encode';

const query = z.object({ format: z.enum(['otlp', 'json']).default('json') });

export const GET = handle(
  {
    method: 'GET',
    access: 'request:read',
    route: '/api/requests/{correlationId}/export',
    summary: 'Download a request',
    params: requestParams,
    query,
    answers: [json(requestExport)],
  },
  async ({ params, query: { format }, request }) => {
    const {
      view,
      request: correlated,
      normalNs,
    } = await loadRequest(params.correlationId, { signal: request.signal });
    const whole = () => ({
      ...view,
      spans: correlated.tree.nodes.map((_, index) => spanRowOf(correlated, index, normalNs)),
      logs: correlated.lines.map((line) => logRowOf(correlated, line)),
    });
    const body =
      format === 'otlp' ? encodeSpans(correlated.tree.nodes.map((node) => node.span)) : whole();
    return withHeaders(body, {
      'content-disposition': `attachment; filename="${params.correlationId.replaceAll(':', '_')}.${format}.json"`,
    });
  },
);
