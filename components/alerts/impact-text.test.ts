import { describe, expect, test } from 'vitest';
import type { Impact } from '@/lib/alerts/contract';
import { impactSentence, impactShort } from './impact-text';

const NOW = Date.parse('2026-11-25T14:10:00Z');
const impact: Impact = {
  at: '2026-11-25T14:09:58Z',
  since: '2026-11-25T13:52:00Z',
  service: 'checkout',
  failed: 212,
  total: 5_170,
  normalShare: 0.001,
  subject: { kind: 'failures', thresholdMs: null, quantile: null },
  latency: null,
  calls: null,
  leading: null,
  lastAt: '2026-11-25T14:09:52Z',
  unknown: null,
};

test('the impact names its share, its counts, how recent it is and what is normal', () => {
  const { share, rest } = impactSentence(impact, NOW);
  expect(`${share}${rest}`).toBe(
    '4.1 % of checkout requests fail (212 of 5,170, last 8 s ago; normally 0.1 %).',
  );
});
test('an impact that is unknown says why, and that acknowledging still works', () => {
  const unknown = { ...impact, failed: null, total: null, unknown: 'Prometheus did not answer' };
  expect(impactSentence(unknown, NOW)).toEqual({
    share: null,
    rest: 'Impact unknown: Prometheus did not answer. Acknowledging still works.',
  });
});
test('no requests at all is not a share of none', () => {
  expect(impactSentence({ ...impact, failed: 0, total: 0 }, NOW)).toEqual({
    share: null,
    rest: 'No requests of checkout since 13:52 UTC.',
  });
});
test('a row says what it counts', () => {
  expect(impactShort({ service: 'checkout', impact })).toBe('212 of 5,170 requests fail');
  expect(impactShort({ service: 'checkout', impact: { ...impact, failed: 0 } })).toBe(
    'no request fails now',
  );
  expect(impactShort({ service: 'checkout', impact: null })).toBe('Impact still counting.');
  expect(impactShort({ service: null, impact })).toBe('no service named');
});

const told = (changes: Partial<Impact>) => {
  const { share, rest } = impactSentence({ ...impact, ...changes }, NOW);
  return `${share ?? ''}${rest}`;
};
const about = (kind: Impact['subject']['kind']) => ({
  subject: { kind, thresholdMs: null, quantile: null },
});

describe('of every kind of rule', () => {
  const latency = {
    quantile: 0.95,
    seconds: 3.861,
    normalSeconds: 0.0252,
    slow: 212,
    boundSeconds: 1.02,
  };
  const slow = { ...about('slow_requests'), failed: null, normalShare: null, total: 570 };
  test('slow requests: the percentile, the usual one, and how many took longer than they may', () => {
    expect(told({ ...slow, latency })).toBe(
      'p95 3.9 s, normally 25 ms; 212 of 570 requests of checkout over 1 s (last 8 s ago).',
    );
    expect(impactShort({ service: 'checkout', impact: { ...impact, ...slow, latency } })).toBe(
      '212 of 570 requests slow',
    );
  });
  test('slow requests that are compared with the usual have no bound to count at', () => {
    const uncounted = { ...latency, slow: null, boundSeconds: null, normalSeconds: null };
    expect(told({ ...slow, total: null, lastAt: null, latency: uncounted })).toBe(
      'p95 3.9 s of checkout.',
    );
  });
  test('slow requests of which nothing was measured', () => {
    expect(told({ ...slow, latency: null })).toBe('No durations of checkout were measured.');
    expect(told({ ...slow, latency: null, unknown: 'Prometheus did not answer' })).toBe(
      'Impact unknown: Prometheus did not answer. Acknowledging still works.',
    );
  });
  test('missing calls: from whom to whom, and how many there usually are', () => {
    const calls = { client: 'checkout', server: 'worker', now: 0, normal: 1.234 };
    const missing = about('missing_calls');
    expect(told({ ...missing, calls })).toBe(
      'No calls from checkout to worker; normally 1.2 a second.',
    );
    expect(told({ ...missing, calls: { ...calls, now: 1.25 } })).toBe(
      'checkout calls worker 1.3 times a second; normally 1.2 a second.',
    );
    expect(told({ ...missing, calls: { ...calls, client: null, server: null, now: null } })).toBe(
      'No requests reach checkout; normally 1.2 a second.',
    );
  });
  test('retries: calls for each request, and what fails of the requests', () => {
    const calls = { client: 'checkout', server: 'inventory', now: 5.23, normal: 1 };
    expect(told({ ...about('retries'), calls })).toBe(
      '5.2 calls from checkout to inventory for each request; normally 1. 4.1 % of checkout requests fail (212 of 5,170, last 8 s ago; normally 0.1 %).',
    );
  });
  test('infrastructure counts no requests, and says so', () => {
    expect(told(about('infrastructure'))).toContain('counts no requests');
    expect(impactShort({ service: null, impact: { ...impact, ...about('infrastructure') } })).toBe(
      'counts no requests',
    );
  });
  test('a rule that cannot be read says so before the figures of its service', () => {
    expect(told(about('unreadable'))).toBe(
      'What this rule counts cannot be read. 4.1 % of checkout requests fail (212 of 5,170, last 8 s ago; normally 0.1 %).',
    );
  });
});
