import { expect, test } from 'vitest';
import { requestOf, sectionOf } from './section';

test.each([
  ['/', 'requests'],
  ['/requests/abc', 'requests'],
  ['/alerts/quarantine', 'alerts'],
  ['/dashboards/cluster', 'dashboards'],
  ['/sources', 'sources'],
  ['/nothing', undefined],
])('%s belongs to the section %s', (path, section) => {
  expect(sectionOf(path)).toBe(section);
});

test.each([
  ['/requests/0192f4a1-7c3e', '0192f4a1-7c3e'],
  ['/requests/a%22b', 'a"b'],
  ['/requests/100%', '100%'],
  ['/alerts/abc', undefined],
  ['/', undefined],
])('the search of %s holds %s', (path, text) => {
  expect(requestOf(path)).toBe(text);
});
