import { expect, test } from 'vitest';
import { CallBudget } from './call-budget';
import { listening } from './listening.fixture';
import { outbound } from './outbound';

const refused = expect.objectContaining({ name: 'OutboundError', reason: 'call_limit' });

test('a budget gives as many calls as it has', () => {
  const budget = new CallBudget(2);
  budget.take();
  budget.take();
  expect(() => budget.take()).toThrow('more than 2 calls');
});
test('budgets of one whole end with it', () => {
  const whole = new CallBudget(3);
  const [one, two] = [new CallBudget(2, whole), new CallBudget(2, whole)];
  one.take();
  one.take();
  two.take();
  expect(() => two.take()).toThrow('more than 3 calls');
});
test('a call beyond the budget is not made', async () => {
  let calls = 0;
  const server = await listening((_, response) => {
    calls += 1;
    response.end('{}');
  });
  const budget = new CallBudget(1);
  const call = (path: string) =>
    outbound({
      backend: { base: server.url },
      path: [path],
      timeoutMs: 5_000,
      maxBytes: 99,
      budget,
    });
  await call('one');
  await expect(call('two')).rejects.toEqual(refused);
  await server.close();
  expect(calls).toBe(1);
});
