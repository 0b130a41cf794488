import { call, serve, work } from '../service/http';
import { log } from '../service/log';
import { publish } from '../service/queue';

/**
 * Where requests come in: mints the correlation id where there is none, and passes answers on as
 * they are.
 */
serve('edge', 'edge-5d8f7-k2p', {
  '/checkout': async (body) => {
    log('info', 'checkout requested', { sku: String(body.sku) });
    await work(2);
    return { status: 200, body: await call('checkout', '/orders', body) };
  },
  '/jobs': async (body) => {
    await publish('ci-jobs', 'job.queued', body);
    log('info', 'job queued', { repository: String(body.repository), commit: String(body.commit) });
    return { status: 202, body: { queued: true } };
  },
});
