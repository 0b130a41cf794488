import { content } from '@/lib/http/answers';
import { handle } from '@/lib/http/inbound';
import { metrics } from '@/lib/observability/metrics';

export const GET = handle(
  {
    method: 'GET',
    access: 'metrics',
    route: '/api/metrics',
    summary: 'Metrics of this process for Prometheus',
    serves: 'any',
    answers: [content('application/openmetrics-text', 'OpenMetrics, with exemplars')],
  },
  async () =>
    new Response(await metrics().registry.metrics(), {
      headers: { 'content-type': metrics().registry.contentType },
    }),
);
