import { expect, test } from 'vitest';
import { reachMs } from './rule';

test('a rule over recorded series looks back as far as their name says, else the usual', () => {
  expect(reachMs('rate(a[5m]) > 3 * avg_over_time(rate(b[1m])[1h:5m])')).toBe(3_600_000);
  expect(reachMs('job:errors:ratio_rate30m > 0.1 and job:errors:ratio_rate5m > 0.1')).toBe(1_800_000);
  expect(reachMs('up == 0')).toBe(300_000);
});
