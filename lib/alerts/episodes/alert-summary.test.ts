import { describe, expect, test } from 'vitest';
import { alertName, alertSummary } from './alert-summary';

describe('an alert of Grafana about a rule', () => {
  const labels = {
    alertname: 'DatasourceNoData',
    rulename: 'Checkout latency',
    grafana_folder: 'Shop',
  };
  test('without data is called by the rule', () =>
    expect(alertName(labels)).toBe('no data: Checkout latency'));
  test('whose query fails is called by the rule, and says where it is and what failed', () => {
    const failing = { ...labels, alertname: 'DatasourceError' };
    expect(alertName(failing)).toBe('query error: Checkout latency');
    expect(alertSummary({ summary: 's', Error: 'failed to build query A' }, failing)).toBe(
      'Shop: failed to build query A',
    );
  });
  test('without an error says what the rule says, and its folder', () =>
    expect(alertSummary({ summary: 'p95 over 1 s' }, labels)).toBe('Shop: p95 over 1 s'));
  test('that does not name it keeps its own name', () =>
    expect(alertName({ alertname: 'DatasourceNoData' })).toBe('DatasourceNoData'));
});

describe('any other alert', () => {
  test('is called by its name, whatever else it has', () =>
    expect(alertName({ alertname: 'Pager', rulename: 'x' })).toBe('Pager'));
  test('without a name is unnamed', () => expect(alertName({})).toBe('unnamed'));
  test.each([
    [{ summary: 's', message: 'm', description: 'd' }, 's'],
    [{ message: 'm', description: 'd' }, 'm'],
    [{ description: 'd', Error: 'e' }, 'd'],
    [{}, ''],
  ])('says %j as %j', (annotations, expected) =>
    expect(alertSummary(annotations, { alertname: 'Pager' })).toBe(expected),
  );
});
