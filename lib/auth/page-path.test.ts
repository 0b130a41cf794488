import { expect, test } from 'vitest';
import { safeNext, signInPath } from './page-path';

test.each([
  ['/requests/abc?x=1', '/requests/abc?x=1'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['https://evil.example', '/'],
  ['javascript:alert(1)', '/'],
  ['/a\\b', '/'],
  ['', '/'],
])('after sign-in %s leads to %s', (next, to) => expect(safeNext(next)).toBe(to));

test.each(['/alerts?state=all&severity=critical&group=name', '/requests/a%20b?from=2026&q=%26x'])(
  'a link to %s opened signed out leads back to exactly it',
  (path) => {
    const signIn = new URL(signInPath(path), 'http://portal');
    expect(signIn.pathname).toBe('/sign-in');
    expect(safeNext(signIn.searchParams.get('next') ?? undefined)).toBe(path);
  },
);

test('home needs no way back', () => {
  expect(signInPath('/')).toBe('/sign-in');
  expect(signInPath(null)).toBe('/sign-in');
});
