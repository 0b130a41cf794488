import { describe, expect, test } from 'vitest';
import { epochNs } from '@/lib/time/units';
import { failureKindOf, signatureText, withoutVariableParts } from './failure-signature';
import type { Attributes, Span } from './model';

const failed = (attributes: Attributes, more: Partial<Span> = {}) =>
  failureKindOf({ attributes, events: [], statusMessage: '', ...more } as unknown as Span);
const threw = (type: string, message: string) =>
  failed(
    {},
    {
      events: [
        {
          name: 'exception',
          timeNs: epochNs(1n),
          attributes: { 'exception.type': type, 'exception.message': message },
        },
      ],
    },
  );

describe('a signature', () => {
  test('has the codes of the failure, but no long numbers and ids of the operation', () => {
    expect(signatureText('shop', 'job 123 of 45', 'E1000')).toBe('shop · job N of 45 · E1000');
    expect(signatureText('shop', 'GET /x/0192f4a1-7c3e-7b10-9d15-6a2f3c8b7e40', 'HTTP 503')).toBe(
      'shop · GET /x/N · HTTP 503',
    );
    expect(signatureText('shop', 'GET /x/deadbeef00', 'E')).toBe('shop · GET /x/N · E');
  });
  test('has an end', () => expect(signatureText('s'.repeat(300), 'x', 'y')).toBe('s'.repeat(200)));
});

describe('a type that says nothing is followed by its message', () => {
  test.each([
    'Error',
    'Exception',
    'RuntimeError',
    'java.lang.RuntimeException',
    'jakarta.servlet.ServletException',
    'java.util.concurrent.CompletionException',
    'System.Exception',
    '*errors.errorString',
    '*fmt.wrapError',
    '*url.Error',
    '*github.com/pkg/errors.fundamental',
    '.string',
    'AxiosError',
    'App\\\\Exception',
    'Foo::Error',
  ])('%s', (type) => expect(threw(type, 'no shelf for 17')).toBe(`${type}: no shelf for N`));
  test('of `error.type` too', () =>
    expect(failed({ 'error.type': 'Error' }, { statusMessage: 'no shelf' })).toBe(
      'Error: no shelf',
    ));
  test('unless there is none, or it is the type again', () => {
    expect(threw('Error', '')).toBe('Error');
    expect(threw('Error', 'Error')).toBe('Error');
  });
});
test('a type of its own needs no message', () => {
  expect(threw('StockConflictError', 'no 7')).toBe('StockConflictError');
  expect(threw('java.lang.IllegalStateException', 'no 7')).toBe('java.lang.IllegalStateException');
  expect(failed({ 'http.status_code': 503 }, { statusMessage: 'busy' })).toBe('HTTP 503');
});
test('a type with an id of its own loses it', () =>
  expect(threw('Job$0x7f001122', 'x')).toBe('Job$N'));
test('words instead of a name lose their variable parts', () => {
  expect(failed({}, { statusMessage: 'disk 7 is full' })).toBe('disk N is full');
  expect(failed({ error: 'connect 10.0.0.7:5432 refused' })).toBe('connect N refused');
  expect(failed({})).toBe('error');
});

describe('the variable parts of a message are', () => {
  test.each([
    ['numbers', 'took 3021 ms', 'took N ms'],
    ['addresses', 'connect ECONNREFUSED 10.1.2.3:5432', 'connect ECONNREFUSED N'],
    ['UUIDs', 'no order 0192f4a1-7c3e-7b10-9d15-6a2f3c8b7e40', 'no order N'],
    ['UUIDs without dashes', 'no order 0192F4A17C3E7B109D156A2F3C8B7E40', 'no order N'],
    ['hexadecimal', 'at 0xc000123456 of 9f86d081884c7d65', 'at N of N'],
    ['what is quoted', `key 'sku' of "A B" in \`c\``, 'key … of … in …'],
    ['a quoted key alone', "'sku-1'", '…'],
    ['all lines but the first', 'first\nsecond', 'first'],
    ['empty lines before it', ' \n\nfirst\nsecond', 'first'],
    ['the number of blanks', ' a \t b ', 'a b'],
  ])('%s', (_, message, expected) => expect(withoutVariableParts(message)).toBe(expected));
  test('no words that look like hexadecimal, and no apostrophes', () => {
    expect(withoutVariableParts('the defaced facade')).toBe('the defaced facade');
    expect(withoutVariableParts("can't find the user's cart")).toBe("can't find the user's cart");
  });
  test('what is beyond 80 characters', () =>
    expect(withoutVariableParts('x'.repeat(500))).toBe('x'.repeat(80)));
  test('a blank that would be its 80th character', () =>
    expect(withoutVariableParts(`${'x'.repeat(79)} y`)).toBe('x'.repeat(79)));
  test('nothing that only text beyond 400 characters would show to be one', () =>
    expect(withoutVariableParts(`'${'a b '.repeat(110)}' is unknown`)).toBe(
      `'${'a b '.repeat(110)}`.slice(0, 80).trim(),
    ));
});
