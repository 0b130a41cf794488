import { randomInt } from 'node:crypto';
import { faultIsOn } from '../service/faults';
import { Answered, call, inSpan, pause, Refusal, serve, work } from '../service/http';
import { log } from '../service/log';
import { publish } from '../service/queue';

const BACKOFF_MS = [100, 200];
/** A release that tries again and again. */
const STORM_MS = [200, 250, 300, 350, 400];

serve('checkout', 'checkout-7b4c9-w8r', {
  '/orders': async ({ sku, quantity }) => {
    const orderId = String(randomInt(10_000, 99_999));
    await inSpan('validate cart', { 'cart.items': Number(quantity) }, async () => {
      if (Number(quantity) < 1) throw new Refusal(400, 'InvalidCart', 'the cart is empty');
      await work(3);
    });
    const { amount } = await call('pricing', '/quote', { sku, quantity });
    log('info', `order ${orderId} accepted, charging`, { 'order.id': orderId });
    await call('payments', '/charge', { amount, orderId });
    await reserve(String(sku), Number(quantity));
    await publish('orders', 'order.created', { orderId, sku, quantity });
    log('info', `order ${orderId} placed`, { 'order.id': orderId });
    return { status: 201, body: { orderId } };
  },
});

/** A few attempts with growing pauses, as a careful client makes them. */
function reserve(sku: string, quantity: number): Promise<void> {
  const backoff = faultIsOn('retry-storm') ? STORM_MS : BACKOFF_MS;
  return inSpan('reserve stock', { 'stock.sku': sku }, async () => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await call('inventory', '/reserve', { sku, quantity });
        return;
      } catch (error) {
        if (!(error instanceof Answered) || attempt > backoff.length) {
          log('error', `reserve failed after ${attempt} attempts`, { sku });
          throw error instanceof Answered
            ? new Answered(error.status === 409 ? 502 : error.status, {
                error: `inventory did not reserve ${sku}`,
              })
            : error;
        }
        log('warn', `reserve failed, attempt ${attempt} of ${backoff.length + 1}`, {
          sku,
          status: error.status,
        });
        await pause(backoff[attempt - 1]!);
      }
    }
  });
}
