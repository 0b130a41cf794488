import { handle } from '@/lib/http/inbound';
import { metrics } from '@/lib/observability/metrics';

export const GET = handle(
  { access: 'metrics', route: '/api/metrics', serves: 'any' },
  async () =>
    new Response(await metrics().registry.metrics(), {
      headers: { 'content-type': metrics().registry.contentType },
    }),
);
