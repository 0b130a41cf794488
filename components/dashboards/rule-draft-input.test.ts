import { expect, test } from 'vitest';
import { initialValues, problemOf, ruleFileName, toDraftSearch } from './rule-draft-input';

const threshold = { value: 0.07, alert: 'ServiceErrorRatioHigh', severity: 'critical' } as const;
const values = initialValues({ unit: 'ratio', threshold });

test('the form begins with the threshold and severity of the panel, ratios in percent', () => {
  expect(values).toMatchObject({ threshold: '7', severity: 'critical', direction: 'above' });
  expect(initialValues({ unit: 'count', threshold: null })).toMatchObject({
    threshold: '1',
    severity: 'warning',
  });
});

test('percent become a ratio again, and an empty name is left to the portal', () => {
  const search = toDraftSearch('range=1h', values, 'ratio');
  expect(search).toBe('range=1h&threshold=0.07&direction=above&hold=300&severity=critical');
  expect(toDraftSearch('', { ...values, threshold: '1.5', name: 'Slow' }, 'seconds')).toContain(
    'threshold=1.5&direction=above&hold=300&severity=critical&name=Slow',
  );
});

test.each([
  [{ threshold: 'lots' }, 'The threshold must be a number.'],
  [{ threshold: ' ' }, 'The threshold must be a number.'],
  [
    { name: 'has space' },
    'The name must be like CheckoutSlow: letters and digits, the first a capital.',
  ],
  [{ name: 'CheckoutSlow' }, null],
])('%o: %s', (part, problem) => expect(problemOf({ ...values, ...part })).toBe(problem));

test('a file is named after its rule', () =>
  expect(ruleFileName('CheckoutSlow')).toBe('checkout-slow.yaml'));
