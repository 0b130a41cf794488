import { createRequire } from 'node:module';
import { getNodeAutoInstrumentations } from '@opentelemetry/auto-instrumentations-node';
import type { ErrorRequestHandler } from 'express';
import { collectDefaultMetrics } from 'prom-client';
import { currentCorrelationId } from '@/lib/correlation-id/propagation';
import { faultIsOn } from '../service/faults';
import { log } from '../service/log';
import { registers, registry } from '../service/metrics';
import { emitted, startTelemetry } from '../service/telemetry';

/** Asked by machines around the demo; nothing of a request. */
const OPERATIONAL = /^\/(healthz|metrics|emitted|recent)\b/;
const PRICE_CENTS = 1999;

/**
 * What an order costs. The one service of the demo whose spans are made by OpenTelemetry's own
 * instrumentations, as docs/instrument-your-service.md tells it: with layers of Express, and with
 * exceptions where those instrumentations put them.
 */
const stop = startTelemetry(
  'pricing',
  'pricing-7d9f6-c8t',
  getNodeAutoInstrumentations({
    '@opentelemetry/instrumentation-http': {
      ignoreIncomingRequestHook: ({ url }) => OPERATIONAL.test(url ?? ''),
    },
  }),
);
// Loaded only now: what was loaded before its instrumentation started makes no spans.
const express = createRequire(import.meta.url)('express') as typeof import('express');

class PriceListError extends Error {
  override readonly name = 'PriceListError';
}

const app = express();
app.get('/healthz', (_, response) => void response.json({}));
app.get('/metrics', async (_, response) => {
  response.type(registry.contentType).send(await registry.metrics());
});
app.get('/emitted/:id', ({ params }, response) => {
  response.json(emitted.get(params.id) ?? { spans: 0, logs: 0 });
});
app.get('/recent', (_, response) => void response.json([...emitted.keys()].slice(-2000)));

app.use(express.json());
app.post('/quote', async ({ body }, response) => {
  const { sku, quantity } = body as { sku: string; quantity: number };
  response.setHeader('x-correlation-id', currentCorrelationId() ?? '');
  if (faultIsOn('price-error')) {
    log('error', `PriceListError: the price list of ${sku} has no currency`, { sku });
    throw new PriceListError(`the price list of ${sku} has no currency`);
  }
  response.json({ amount: quantity * PRICE_CENTS });
});
const answerFailure: ErrorRequestHandler = (error: Error, _request, response, _next) => {
  response.status(500).json({ error: error.message, type: error.name });
};
app.use(answerFailure);

collectDefaultMetrics({ register: registers[0]! });
const server = app.listen(Number(process.env.PORT), process.env.HOST ?? '127.0.0.1');
const end = () => {
  server.close();
  server.closeAllConnections();
  void stop().finally(() => process.exit(0));
};
process.once('SIGTERM', end);
process.once('SIGINT', end);
