import { expect, test } from 'vitest';
import { findPanel, getDashboard } from '../catalogue/catalogue';
import { defaultRuleName, refusalReason } from './rule-input';

test('an alert that could never fire, or always would, is refused in words', () => {
  const refused = (
    id: Parameters<typeof getDashboard>[0],
    panel: string,
    threshold: number,
    direction: 'above' | 'below' = 'below',
  ) => refusalReason(findPanel(getDashboard(id), panel)!, { threshold, direction });
  expect(refused('application', 'errors', 0)).toBe(
    'Failed requests is never below 0: choose a threshold above it.',
  );
  expect(refused('portal', 'canary', 60)).toMatch(/only grows/);
  expect([
    refused('application', 'budget-left', 0),
    refused('runners', 'nodes', 1),
    refused('application', 'errors', 0, 'above'),
  ]).toEqual([undefined, undefined, undefined]);
});

test('a rule is named after its panel and the side of the threshold', () => {
  const panel = findPanel(getDashboard('application'), 'p95')!;
  expect(defaultRuleName(panel, 'above')).toBe('Duration95thPercentileHigh');
  expect(defaultRuleName(panel, 'below')).toBe('Duration95thPercentileLow');
});
