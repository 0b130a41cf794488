import { expect, test } from 'vitest';
import { describeNoSilence, describeSilence, silenceLabel } from './silence-text';

const acknowledgement = (silenced: 'no' | 'requested' | 'yes' | 'failed', why: string | null) => ({
  id: '1',
  actor: 'ann',
  owner: 'ann',
  note: '',
  createdAt: '2026-11-25T14:00:00Z',
  expiresAt: '2026-11-25T18:00:00Z',
  silenced,
  silenceFailure: why,
});

test.each([
  ['no', null, ''],
  ['requested', null, 'being silenced in Alertmanager…'],
  ['requested', 'it refused', 'not silenced yet, tried again: it refused'],
  ['yes', null, 'silenced in Alertmanager'],
  ['failed', 'it refused', 'not silenced: it refused'],
] as const)('a silence that is %s (%s) says so', (silenced, why, expected) =>
  expect(describeSilence(acknowledgement(silenced, why))).toBe(expected),
);
test('of many, how many can be silenced is said', () => {
  expect(silenceLabel(1, 1)).toMatch(/^Silence it in Alertmanager too/);
  expect(silenceLabel(2, 5)).toMatch(/^Silence 2 alerts of 5 in Alertmanager too/);
});
test('why nothing can be silenced is said', () => {
  expect(describeNoSilence('not_alertmanager')).toBe('Its source is no Alertmanager.');
  expect(describeNoSilence('possible')).toBe('');
});
