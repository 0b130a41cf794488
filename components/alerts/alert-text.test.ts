import { expect, test } from 'vitest';
import {
  describeFiring,
  formatElapsed,
  formatShare,
  nothingFires,
  roundFigures,
  safeHref,
} from './alert-text';

test.each([
  [0.08, '8 %'],
  [0.041, '4.1 %'],
  [0.0005, '0.05 %'],
  [0, '0 %'],
  [1, '100 %'],
])('a share of %d reads %s', (share, text) => {
  expect(formatShare(share)).toBe(text);
});

test.each([
  ['8.015% of the requests of checkout fail.', '8 % of the requests of checkout fail.'],
  ['longer than 3.845s.', 'longer than 3.8 s.'],
  ['uses 97.44% of it', 'uses 97 % of it'],
  ['0.1234%', '0.12 %'],
  ['answers 45.25ms late', 'answers 45 ms late'],
  ['for 5m 0s, at 100% it is killed', 'for 5m 0s, at 100% it is killed'],
  ['version 1.24.5 of svc-1.5s2', 'version 1.24.5 of svc-1.5s2'],
])('figures of "%s" are rounded for people', (text, rounded) => {
  expect(roundFigures(text)).toBe(rounded);
});

test.each([
  [0, 0, '0 firing'],
  [1, 1, '1 firing, nobody on it'],
  [7, 7, '7 firing, nobody on them'],
  [7, 2, '7 firing, nobody on 2 of them'],
  [1_200, 0, '1,200 firing, all acknowledged'],
])('%d firing of which %d unacknowledged reads "%s"', (firing, unacknowledged, text) => {
  expect(describeFiring({ firing, unacknowledged })).toBe(text);
});

const NOW = Date.parse('2026-11-25T14:10:00Z');
test('what has lasted is said in whole units', () => {
  expect(formatElapsed('2026-11-25T14:09:18Z', NOW)).toBe('42 s');
  expect(formatElapsed('2026-11-25T13:38:30Z', NOW)).toBe('31 min');
  expect(formatElapsed('2026-11-25T14:10:05Z', NOW)).toBe('0 s');
});

test('a link of an alert opens only as http or https', () => {
  expect(safeHref('https://runbooks.example/a')).toBe('https://runbooks.example/a');
  expect(safeHref('javascript:alert(1)')).toBeNull();
  expect(safeHref('runbook')).toBeNull();
  expect(safeHref(null)).toBeNull();
});

test('nothing firing says as of when, and when nobody would tell', () => {
  const heartbeat = {
    watchdogAt: '2026-11-25T14:09:36Z',
    lastDeliveryAt: null,
    problems: [],
    sentences: [],
  };
  expect(nothingFires({ ...heartbeat, state: 'ok' }, NOW)).toBe(
    'Nothing is firing. Last heartbeat 24 s ago.',
  );
  expect(nothingFires({ ...heartbeat, state: 'unreliable' }, NOW)).toBe(
    'Nothing is known to fire; alerts may be missing. Last heartbeat 24 s ago.',
  );
  expect(nothingFires({ ...heartbeat, state: 'none' }, NOW)).toContain('Set ALERT_SOURCES.');
});
