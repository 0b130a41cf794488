import { describe, expect, test } from 'vitest';
import { durationMs, grouped, longestRangeMs, reachMs, shapeOf } from './expression';

describe('the comparison of a rule', () => {
  test.each([
    ['up == 0', 'up', '==', 0],
    ['rate(errors[5m]) / rate(all[5m]) > 0.05', 'rate(errors[5m]) / rate(all[5m])', '>', 0.05],
    [
      'app:errors:ratio_rate5m > 0.05 and on (service) app:requests:rate5m > 0.1',
      'app:errors:ratio_rate5m',
      '>',
      0.05,
    ],
    ['sum(a) / (sum(b) > 0.1) > 0.05', 'sum(a) / (sum(b) > 0.1)', '>', 0.05],
    ['(a - b) < -1.5e3', '(a - b)', '<', -1500],
    ['(a > 3)', 'a', '>', 3],
    [
      'histogram_quantile(0.95, sum by (le) (rate(x_bucket{path="> 7"}[5m]))) >= 2 unless y',
      'histogram_quantile(0.95, sum by (le) (rate(x_bucket{path="> 7"}[5m])))',
      '>=',
      2,
    ],
  ])('%s', (expression, left, operator, threshold) =>
    expect(shapeOf(expression)).toEqual({ left, operator, threshold }),
  );
  test.each(['vector(1)', 'absent(up{job="api"})', 'a > b', '', 'this is (no PromQL'])(
    'is none in: %s',
    (expression) => expect(shapeOf(expression)).toBeUndefined(),
  );
});

test('the longest range is one that is selected, not one in a label', () => {
  expect(longestRangeMs('rate(a[5m]) > 3 * avg_over_time(rate(b[1m])[1h:5m])')).toBe(3_600_000);
  expect(longestRangeMs('up{path="[9h]"} == 0')).toBe(0);
});

test.each([
  ['1h30m', 5_400_000],
  ['250ms', 250],
  ['0.5s', 500],
  ['1.5m', 90_000],
  ['1,5s', 0],
  ['.5s', 0],
  ['-5s', 0],
  ['1 s', 0],
  ['1s or so', 0],
  ['5', 0],
  ['', 0],
])('%j lasts %d ms', (text, expected) => expect(durationMs(text)).toBe(expected));

test.each([
  ['a or b', '(a or b)'],
  ['a / b', '(a / b)'],
  ['sum(a or b)', 'sum(a or b)'],
  ['(a or b)', '(a or b)'],
  ['up{job="a or b"}', 'up{job="a or b"}'],
])('%s with an operator behind it is %s', (expression, expected) =>
  expect(grouped(expression)).toBe(expected),
);

test('a rule over recorded series looks back as far as their name says, else the usual', () => {
  expect(reachMs('rate(a[5m]) > 3 * avg_over_time(rate(b[1m])[1h:5m])')).toBe(3_600_000);
  expect(reachMs('job:errors:ratio_rate30m > 0.1 and job:errors:ratio_rate5m > 0.1')).toBe(
    1_800_000,
  );
  expect(reachMs('up == 0')).toBe(300_000);
});
