import { faultIsOn } from '../service/faults';
import { call, serve, work } from '../service/http';
import { log } from '../service/log';
import { consume } from '../service/queue';

serve('worker', 'worker-58d6b-m4t', {});

void consume(
  'worker',
  'orders',
  () => !faultIsOn('missing-consumer'),
  async ({ orderId, sku, quantity }) => {
    log('info', `fulfilling order ${orderId}`, { 'order.id': String(orderId) });
    await work(25);
    await call('inventory', '/commit', { sku, quantity });
    log('info', `order ${orderId} fulfilled`, { 'order.id': String(orderId) });
  },
);
