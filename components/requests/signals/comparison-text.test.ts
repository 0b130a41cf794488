import { expect, test } from 'vitest';
import { ms } from '../request.fixture';
import { callsText, durationsText, errorsText, selfTimeText } from './comparison-text';

const row = {
  service: 'inventory',
  name: 'reserve',
  kind: 'server' as const,
  change: 'failing' as const,
  here: { calls: 3, errors: 3, totalNs: ms(200), selfNs: ms(120) },
  there: { calls: 1, errors: 0, totalNs: ms(20), selfNs: ms(18) },
};

test('figures of this request stand before those of the other', () => {
  expect([callsText(row), errorsText(row), selfTimeText(row)]).toEqual([
    '3 / 1',
    '3 / 0',
    '120 ms / 18 ms',
  ]);
});

test('what one of them did not do is a dash', () => {
  expect(callsText({ ...row, here: null })).toBe('– / 1');
  expect(callsText({ ...row, there: null })).toBe('3 / –');
});

test('both durations are told', () => {
  const other = {
    correlationId: 'healthy-1',
    start: '2026-11-25T14:02:06.995Z',
    durationNs: ms(210),
    healthy: true,
  };
  const comparison = {
    correlationId: 'failed-1',
    with: other,
    durationNs: ms(1840),
    incomplete: [],
    operations: [],
  };
  expect(durationsText(comparison)).toBe('of 2026-11-25 14:02:06 UTC: 1.84 s here, 210 ms there');
});
