import { expect, test } from 'vitest';
import { ledgerEntry, logRow } from '../request.fixture';
import {
  levelDetail,
  levelText,
  noLogsText,
  truncationText,
  unattachedText,
  withoutEscapes,
} from './log-text';

test('a level is a sign and a word', () => {
  expect([levelText('error'), levelText('warn'), levelText('info'), levelText('unknown')]).toEqual([
    '✕ err',
    '! warn',
    'info',
    '',
  ]);
});

test('the details of a line say the word that its level was read from', () => {
  expect(levelDetail({ level: 'error', severityText: 'SEVERE' })).toBe('✕ err SEVERE');
  expect(levelDetail({ level: 'unknown', severityText: 'Loud' })).toBe('Loud');
  expect(levelDetail({ level: 'info' })).toBe('info');
});

test('colours of terminals are left out', () => {
  expect(withoutEscapes('\u001b[31mred\u001b[0m and \u001b[1;32mgreen')).toBe('red and green');
});

test('a line says why it belongs to no span', () => {
  expect(unattachedText(logRow('1', { unattached: 'no_span_id' }))).toBe('unattached: no span id');
  expect(unattachedText(logRow('1'))).toBe('');
});

test('lines that are not here are counted', () => {
  const logs = [logRow('1'), logRow('2')];
  expect(truncationText({ logs, logCount: 12_000 })).toBe('the first 2 of 12,000; Export has all');
  expect(truncationText({ logs, logCount: 2 })).toBe('');
});

test('an empty list says whether lines may still come', () => {
  const logs = [logRow('1')];
  const sentence = 'Loki timed out after 5 s';
  const failed = ledgerEntry('logs', {
    state: 'failed',
    reasons: [{ code: 'recorded', sentence }],
  });
  const searching = ledgerEntry('logs', { state: 'searching' });
  expect(noLogsText({ logs, ledger: [] })).toBe('No line matches these filters.');
  expect(noLogsText({ logs: [], ledger: [searching] })).toBe('Logs still searching…');
  expect(noLogsText({ logs: [], ledger: [failed] })).toBe('Loki timed out after 5 s.');
  expect(noLogsText({ logs: [], ledger: [ledgerEntry('logs')] })).toBe(
    'No log line carries this id or belongs to its traces.',
  );
});

test.each([
  ['searching', 'Logs still searching…'],
  ['ok', 'No log line carries this id or belongs to its traces.'],
  ['empty', 'No log line carries this id or belongs to its traces.'],
  ['partial', 'No log line in what Loki answered.'],
  ['failed', 'Loki did not answer.'],
  ['skipped', 'Logs were not asked for.'],
] as const)('of logs that are %s an empty list says so', (state, text) => {
  expect(noLogsText({ logs: [], ledger: [ledgerEntry('logs', { state })] })).toBe(text);
});
