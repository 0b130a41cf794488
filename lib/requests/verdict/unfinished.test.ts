import { expect, test } from 'vitest';
import { correlate } from '../correlation/correlate';
import { span } from '../correlation/spans.fixture';
import { quietContext } from './context.fixture';
import { unfinished } from './unfinished';

test('how long the first operation runs is counted from its own start, never less than nothing', () => {
  const before = span(1, undefined, 0, 10, { service: 'cron' });
  const open = span(2, undefined, 2_000, 2_000, { trace: 2, ended: false });
  const request = correlate([before, open], []);
  const runningAt = (nowMs: number) =>
    unfinished(request, 1, { ...quietContext, nowOffset: nowMs * 1e6 })?.runningNs;
  expect(runningAt(5_000)).toBe(3e9);
  expect(runningAt(1_000)).toBe(0);
  expect(unfinished(request, 0, quietContext)).toBeUndefined();
});
