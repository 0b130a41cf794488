import { expect, test } from 'vitest';
import { runnerPodPattern } from './runners';

test('pods of one scale set are not those of another whose name begins alike', () => {
  const pods = new RegExp(`^(?:${runnerPodPattern('arc')})$`);
  expect(
    ['arc-7k2pd-runner-4bq2c', 'arc-runner-4bq2c', 'arc-x64-7k2pd-runner-4bq2c'].map((name) =>
      pods.test(name),
    ),
  ).toEqual([true, true, false]);
});
