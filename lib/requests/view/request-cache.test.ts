import { expect, test } from 'vitest';
import type { AssembledRequest } from '../discovery/request-collector';
import { cachedRequest, cacheRequest } from './request-cache';

/** Only what the cache looks at: its key and the numbers of rows. */
const assembled = (correlationId: string, spanCount: number, revision = 'r1') =>
  ({ view: { correlationId, revision, spanCount, logCount: 0 } }) as AssembledRequest;

test('a request is found under its id and revision, and under no other revision', () => {
  const request = assembled('by-revision', 10);
  cacheRequest(request);
  expect(cachedRequest('by-revision', 'r1')).toBe(request);
  expect(cachedRequest('by-revision', 'r2')).toBeUndefined();
});

test('beyond the limit in bytes the least recently used goes first', () => {
  for (const id of ['first', 'second', 'third']) cacheRequest(assembled(id, 80_000));
  expect(cachedRequest('first', 'r1')).toBeDefined();
  cacheRequest(assembled('fourth', 80_000));
  expect(cachedRequest('second', 'r1')).toBeUndefined();
  expect(['first', 'third', 'fourth'].every((id) => cachedRequest(id, 'r1'))).toBe(true);
});

test('a request larger than the whole cache is kept alone', () => {
  cacheRequest(assembled('small', 1));
  cacheRequest(assembled('huge', 10_000_000));
  expect(cachedRequest('huge', 'r1')).toBeDefined();
  expect(cachedRequest('small', 'r1')).toBeUndefined();
});
