import { Counter } from 'prom-client';
import { inSpan, Refusal, serve, work } from '../service/http';
import { faultIsOn } from '../service/faults';
import { log } from '../service/log';
import { registers } from '../service/metrics';

const reservations = new Counter({
  name: 'shop_reservations_total',
  help: 'Reservations, by what became of them.',
  labelNames: ['service', 'outcome'],
  registers,
});
const database = { 'db.system.name': 'postgresql', 'db.namespace': 'stock' };

serve('inventory', 'inventory-6f9c2-x2v', {
  '/reserve': async ({ sku, quantity }) => {
    // It has more to do than it can, and says so at once.
    if (faultIsOn('retry-storm')) {
      log('warn', 'overloaded, refused', { sku: String(sku) });
      return { status: 503, body: {} };
    }
    await inSpan('reserve', { 'stock.sku': String(sku) }, async () => {
      await inSpan(
        'SELECT stock FOR UPDATE',
        { ...database, 'db.query.text': 'SELECT free FROM stock WHERE sku = $1 FOR UPDATE' },
        () => work(8),
      );
      if (faultIsOn('error-burst')) {
        log('error', 'DatabaseError: too many connections', { sku: String(sku) });
        throw new Refusal(500, 'DatabaseError', 'too many connections');
      }
      if (sku === 'B-2') {
        reservations.inc({ service: 'inventory', outcome: 'refused' });
        log('error', `StockConflictError: sku ${sku}: wanted ${quantity}, free 1`, {
          sku: String(sku),
        });
        throw new Refusal(409, 'StockConflictError', `sku ${sku}: wanted ${quantity}, free 1`);
      }
      await inSpan(
        'UPDATE stock',
        { ...database, 'db.query.text': 'UPDATE stock SET free = free - $2 WHERE sku = $1' },
        () => work(4),
      );
    });
    reservations.inc({ service: 'inventory', outcome: 'made' });
    log('info', `reserved ${quantity} of ${sku}`, { sku: String(sku) });
    return { status: 200, body: { reserved: true } };
  },
  '/commit': async ({ sku }) => {
    await inSpan('commit', { 'stock.sku': String(sku) }, () => work(6));
    return { status: 200, body: { committed: true } };
  },
});
