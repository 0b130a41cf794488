import { describe, expect, test } from 'vitest';
import { rankOfSeverity, SEVERITY_RANKS, severityKey, severityWords } from './severity-ranks';

const words = severityWords.parse('');
const rank = (severity: string) => rankOfSeverity(severity, words);

describe('the rank of a severity', () => {
  test.each([
    ['critical', 'critical CRITICAL Critical crit fatal emergency emerg disaster page panic alert'],
    ['critical', 'P0 P1 p1 sev0 sev1 SEV1 S1 urgent blocker highest severe'],
    ['error', 'error ERROR err high High major MAJOR P2 sev2'],
    ['warning', 'warning Warning warn medium moderate minor average ticket P3 sev3'],
    ['info', 'info INFO informational information low notice debug P4 P5 sev4'],
    ['none', 'none NONE ok'],
    ['unknown', 'purple p9 1 5 constructor __proto__ toString hasOwnProperty 💥'],
  ])('is %s for %s', (expected, severities) => {
    const ranks = severities.split(' ').map((severity) => [severity, rank(severity)]);
    expect(ranks).toEqual(severities.split(' ').map((severity) => [severity, expected]));
  });
  test.each(['SEV-1', 'sev 1', 'Sev_1', ' sev1 ', 'sev.1', 'P-1', 'p 1', 'sev:1'])(
    'does not depend on case, blanks and dashes (%j)',
    (severity) => expect(rank(severity)).toBe('critical'),
  );
  test('"No severity" of Cloud Monitoring is none', () => expect(rank('No severity')).toBe('none'));
  test('every rank is a word of its own rank', () => {
    expect(SEVERITY_RANKS.map(rank)).toEqual(SEVERITY_RANKS);
  });
  test('what is unknown stands above what only informs', () => {
    expect(SEVERITY_RANKS.indexOf('unknown')).toBeLessThan(SEVERITY_RANKS.indexOf('info'));
  });
});

describe('words of your own', () => {
  test('are added to those that are known, and go before them', () => {
    const own = severityWords.parse('Purple = error, sev-5=critical, low=warning');
    expect(['purple', 'SEV5', 'low', 'fatal'].map((word) => rankOfSeverity(word, own))).toEqual([
      'error',
      'critical',
      'warning',
      'critical',
    ]);
  });
  test.each(['purple', 'purple=', '=critical', 'purple=worst', 'a=b=critical', '-=critical'])(
    'that are no pair of word and rank are refused: %s',
    (text) => expect(severityWords.safeParse(text).success).toBe(false),
  );
});

test('a key has no case and no separators', () => {
  expect(severityKey(' Sev-1\t_X.:\n')).toBe('sev1x');
});
