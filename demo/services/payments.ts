import { inSpan, serve, work } from '../service/http';
import { faultIsOn, runAhead } from '../service/faults';
import { log } from '../service/log';

runAhead('clock-skew', 4_200);

serve('payments', 'payments-7c6d4-q9z', {
  '/charge': async ({ amount, orderId }) => {
    await inSpan('authorise card', { 'payment.amount': Number(amount) }, async () => {
      if (faultIsOn('slow-dependency')) {
        log('warn', 'card network is slow, waiting', { 'order.id': String(orderId) });
        await work(2_000);
      }
      await work(20);
    });
    log('info', `charged order ${orderId}`, {
      'order.id': String(orderId),
      amount: Number(amount),
    });
    return { status: 200, body: { charged: true } };
  },
});
