import { expect, test } from 'vitest';
import { oneAtATime } from './use-alert-stream';

test('calls during a run are one more run after it', async () => {
  const waiting: (() => void)[] = [];
  let runs = 0;
  const call = oneAtATime(() => {
    runs += 1;
    return new Promise<void>((done) => waiting.push(done));
  });
  call();
  call();
  call();
  expect(runs).toBe(1);
  waiting.shift()!();
  await expect.poll(() => runs).toBe(2);
  waiting.shift()!();
  await Promise.resolve();
  call();
  await expect.poll(() => runs).toBe(3);
});
