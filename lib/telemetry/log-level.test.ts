import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { levelOfFields, levelOfSeverity, levelOfText, reportedLevel } from './log-level';
import type { LogLevel } from './model';

describe('a word is a level', () => {
  const WORDS: readonly (readonly [LogLevel, string])[] = [
    ['trace', 'TRACE TRC trce trac Verbose VERBOSE verb VRB V T FINEST all TRACE2 TRACE3 TRACE4'],
    ['debug', 'DEBUG DBG dbug debu D FINE FINER CONFIG DEBUG2 DEBUG3 DEBUG4 DEBUG-4 DEBUG5'],
    [
      'info',
      'INFO INF Information informational I NOTICE Note N LOG success DEFAULT INFO2 INFO4 INFO+1',
    ],
    ['warn', 'WARN WARNING wrn W WARN2 WARN4'],
    ['error', 'ERROR ERR ERRO EROR E SEVERE fail failure ERROR2 ERROR3 ERROR4 ERROR+4'],
    [
      'fatal',
      'FATAL FTL FATA F CRITICAL crit C EMERGENCY EMERG ALERT PANIC pnc pani DPANIC assert A FATAL2 FATAL4',
    ],
  ];
  test.each(WORDS.flatMap(([level, words]) => words.split(' ').map((word) => [word, level])))(
    '%s: %s',
    (word, level) => expect(levelOfText(word)).toBe(level),
  );

  test.each([
    ['[ERROR]', 'error'],
    ['<warn>', 'warn'],
    [' info ', 'info'],
    ['error:', 'error'],
    ['\u001b[31mERR\u001b[0m', 'error'],
  ])('in brackets, blanks and colours: %j', (text, level) => expect(levelOfText(text)).toBe(level));

  test.each([
    '',
    'loud',
    'error handler',
    'terror',
    '12',
    'error123',
    'warn+-1',
    '[[[[[[[[[error',
    'x'.repeat(17),
    `error${' '.repeat(60)}`,
  ])('not %j', (text) => expect(levelOfText(text)).toBe('unknown'));
});

test.each([
  [1, 'trace'],
  [4, 'trace'],
  [5, 'debug'],
  [8, 'debug'],
  [9, 'info'],
  [12, 'info'],
  [13, 'warn'],
  [17, 'error'],
  [21, 'fatal'],
  [24, 'fatal'],
  [25, 'unknown'],
  [0, 'unknown'],
])('the severity number %d of OpenTelemetry is %s', (number, level) =>
  expect(levelOfSeverity(number)).toBe(level),
);

describe('a field reports a level', () => {
  test.each([
    'severity_text',
    'severityText',
    'level',
    'log.level',
    'log_level',
    'loglevel',
    'logLevel',
    'LogLevel',
    'lvl',
    'Level',
    'LEVEL',
    '@l',
    'levelname',
    'severity',
    'Severity',
    'SEVERITY',
    'severity_number',
    'severityNumber',
    'SeverityNumber',
    'levelno',
    'level_value',
    'PRIORITY',
    'priority',
    'syslog.severity',
    'syslog_severity',
    'log.syslog.severity.code',
    'detected_level',
  ])('as a word, under %s', (name) =>
    expect(levelOfFields({ [name]: 'WARNING' })).toEqual({
      level: 'warn',
      severityText: 'WARNING',
    }),
  );

  const NUMBERS: readonly (readonly [name: string, value: string | number, level: LogLevel])[] = [
    ['level', 10, 'trace'],
    ['level', 20, 'debug'],
    ['level', 30, 'info'],
    ['level', '35', 'info'],
    ['level', 40, 'warn'],
    ['level', 50, 'error'],
    ['level', 60, 'fatal'],
    ['level', 70, 'unknown'],
    ['level', 100, 'unknown'],
    ['level', 3, 'error'],
    ['level', 0, 'fatal'],
    ['level', 7, 'debug'],
    ['level', 8, 'unknown'],
    ['level', -4, 'unknown'],
    ['lvl', 50, 'error'],
    ['level_value', 5_000, 'trace'],
    ['level_value', 4_999, 'unknown'],
    ['level_value', 10_000, 'debug'],
    ['level_value', 20_000, 'info'],
    ['level_value', 40_000, 'error'],
    ['level_value', 99_000, 'fatal'],
    ['levelno', 5, 'trace'],
    ['levelno', 10, 'debug'],
    ['levelno', 20, 'info'],
    ['levelno', 30, 'warn'],
    ['levelno', 40, 'error'],
    ['levelno', 50, 'fatal'],
    ['PRIORITY', '0', 'fatal'],
    ['PRIORITY', '1', 'fatal'],
    ['PRIORITY', '2', 'fatal'],
    ['PRIORITY', '3', 'error'],
    ['priority', '4', 'warn'],
    ['syslog_severity', 5, 'info'],
    ['log.syslog.severity.code', 6, 'info'],
    ['severity', 7, 'debug'],
    ['severity', 500, 'error'],
    ['severity', 50, 'unknown'],
    ['severity_number', '17', 'error'],
    ['severity_number', '9', 'info'],
  ];
  test.each(NUMBERS)('as a number: %s %s is %s', (name, value, level) =>
    expect(levelOfFields({ [name]: value })).toEqual({ level, severityText: String(value) }),
  );

  test('of the first that says one, the line before what Loki made of it', () =>
    expect(levelOfFields({ detected_level: 'info', lvl: 'x', level: 'SEVERE' })).toEqual({
      level: 'error',
      severityText: 'SEVERE',
    }));

  test('and a number where the word beside it is unknown', () =>
    expect(levelOfFields({ severity_text: 'Loud', severity_number: '17' })).toMatchObject({
      level: 'error',
    }));

  test('which nobody knows: the word is kept', () =>
    expect(levelOfFields({ level: 'Loud', lvl: 'quiet' })).toEqual({
      level: 'unknown',
      severityText: 'Loud',
    }));

  test('not where there is none, or it is no text', () => {
    const none = { level: 'unknown', severityText: undefined };
    expect(levelOfFields({})).toEqual(none);
    expect(levelOfFields({ level: { name: 'error' }, lvl: '', severity: true })).toEqual(none);
    expect(levelOfFields(Object.create({ level: 'error' }))).toEqual(none);
  });
});

test('the word is kept only where it says more than the level', () => {
  expect(reportedLevel('ERROR')).toEqual({ level: 'error', severityText: undefined });
  expect(reportedLevel('Error2')).toEqual({ level: 'error', severityText: 'Error2' });
  expect(reportedLevel('30')).toEqual({ level: 'info', severityText: '30' });
  expect(reportedLevel('\u001b[33m WRN \u001b[0m')).toEqual({
    level: 'warn',
    severityText: 'WRN',
  });
});

test('any text and any number has one of the levels', () => {
  const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'unknown'];
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.double(), fc.integer()), (value) => {
      expect(levels).toContain(levelOfFields({ level: value, severity_number: value }).level);
    }),
  );
});
