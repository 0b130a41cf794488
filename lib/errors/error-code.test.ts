import { expect, test } from 'vitest';
import { AppError } from './app-error';
import { errorCode, errorFields } from './error-code';

test.each([
  ['an AppError', new AppError('not_found', 'Gone.'), 'not_found'],
  ['an error of Postgres', Object.assign(new Error('locked'), { code: '55P03' }), '55P03'],
  [
    'an error of the system',
    Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }),
    'ECONNREFUSED',
  ],
  ['a source that failed', Object.assign(new Error('slow'), { reason: 'timeout' }), 'timeout'],
  ['any other error', new RangeError('beyond'), 'RangeError'],
  ['what is no error', 'text', 'not_an_error'],
])('%s has a code', (_, error, code) => expect(errorCode(error)).toBe(code));

test('a log line has the code and the message', () =>
  expect(errorFields(new AppError('not_found', 'Gone.'))).toEqual({
    code: 'not_found',
    error: 'Gone.',
  }));
