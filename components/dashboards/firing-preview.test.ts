import { expect, test } from 'vitest';
import type { RuleDraft } from '@/lib/dashboards/contract';
import { firingSummary } from './firing-preview';

const draft: RuleDraft = {
  name: 'CheckoutFails',
  expression: '',
  rule: '',
  test: '',
  firings: [],
  omittedFirings: 0,
  seriesCount: 3,
  stepSeconds: 30,
  ruleIntervalSeconds: 30,
  extreme: 0.08015,
  previewProblem: null,
};
const firing = { series: 'checkout', from: '2026-11-22T10:00:00Z', to: null };

test.each<[string, Partial<RuleDraft>, string]>([
  [
    'no preview',
    { seriesCount: 0, previewProblem: 'Prometheus did not answer: answer over 20 MB.' },
    'Not known when it would have fired: Prometheus did not answer: answer over 20 MB.',
  ],
  ['no samples', { seriesCount: 0 }, 'There were no samples: it would not have fired.'],
  [
    'no firing',
    {},
    'It would not have fired: the highest value of 3 series was 8 %. Evaluated every 30 s, as the rule would be.',
  ],
  [
    'one firing',
    { firings: [firing] },
    'It would have fired 1 time. Evaluated every 30 s, as the rule would be.',
  ],
  [
    'firings that are not listed count',
    { firings: [firing], omittedFirings: 1200 },
    'It would have fired 1,201 times. Evaluated every 30 s, as the rule would be.',
  ],
])('%s', (_, part, text) =>
  expect(firingSummary({ ...draft, ...part }, 'above', 'ratio')).toBe(text),
);

test('a rule of what is below tells the lowest', () => {
  expect(firingSummary(draft, 'below', 'seconds')).toMatch(
    /the lowest value of 3 series was 80 ms/,
  );
});

test('a preview that is coarser than the rule says so', () => {
  expect(firingSummary({ ...draft, stepSeconds: 120 }, 'above', 'ratio')).toMatch(
    /Evaluated every 2 min, less often than the rule would be\.$/,
  );
});
