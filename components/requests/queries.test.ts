import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { FirstAnswer, RequestPage } from '@/lib/pages/contract';
import { isShown, requestQuery } from './queries';
import { logRow, requestPage } from './request.fixture';

const selection = { id: 'a-request-1', from: null, to: null, evidence: null };

/** Mounts the page's query, as a component would, and waits until it asks for nothing more. */
async function opened(firstAnswer: FirstAnswer | undefined, answers: Record<string, string>) {
  const asked: string[] = [];
  vi.stubGlobal('fetch', (url: string) => {
    asked.push(url);
    const status = url in answers ? 200 : 404;
    return Promise.resolve(new Response(answers[url] ?? '{}', { status }));
  });
  const client = new QueryClient({
    defaultOptions: { queries: { retry: false, staleTime: Infinity } },
  });
  const observer = new QueryObserver(client, requestQuery(client, selection, firstAnswer));
  const stop = observer.subscribe(() => {});
  await vi.waitFor(() => expect(observer.getCurrentResult().isFetching).toBe(false));
  const { data } = observer.getCurrentResult();
  stop();
  return { asked, data };
}

const VIEW = '/api/requests/a-request-1';
const ndjson = (...parts: Partial<RequestPage>[]) =>
  parts.map((part) => `${JSON.stringify(part)}\n`).join('');

afterEach(() => void vi.unstubAllGlobals());

describe('the page', () => {
  test('asks for nothing when the server had the whole answer', async () => {
    const view = requestPage();
    const { asked, data } = await opened({ view, logsCut: false, loadedAtMs: Date.now() }, {});
    expect(asked).toEqual([]);
    expect(data).toBe(view);
  });

  test('asks for all when the server had nothing in time', async () => {
    const whole = requestPage({ spanCount: 3 });
    const { asked, data } = await opened(undefined, { [VIEW]: ndjson(whole) });
    expect(asked).toEqual([VIEW]);
    expect(data?.spanCount).toBe(3);
  });

  test('goes on where the server had only a part', async () => {
    const part = requestPage({ complete: false, spanCount: 1 });
    const whole = requestPage({ spanCount: 3 });
    const { asked, data } = await opened(
      { view: part, logsCut: false, loadedAtMs: Date.now() },
      { [VIEW]: ndjson(part, whole) },
    );
    expect(asked).toEqual([VIEW]);
    expect(data).toEqual(whole);
  });

  test('asks only for the lines that the server left out', async () => {
    const view = requestPage({ revision: 'r1', logs: [logRow('1')], logCount: 3 });
    const { asked, data } = await opened(
      { view, logsCut: true, loadedAtMs: Date.now() },
      {
        [`${VIEW}/logs?revision=r1&cursor=1`]: JSON.stringify({ logs: [logRow('2')], cursor: '2' }),
        [`${VIEW}/logs?revision=r1&cursor=2`]: JSON.stringify({
          logs: [logRow('3')],
          cursor: null,
        }),
      },
    );
    expect(asked).toHaveLength(2);
    expect(data?.logs.map(({ id }) => id)).toEqual(['1', '2', '3']);
  });
});

test('a page whose revision is not there any more asks for all of it again', async () => {
  const view = requestPage({ revision: 'r1', logs: [logRow('1')], logCount: 2 });
  const whole = requestPage({ revision: 'r2', logs: [logRow('1'), logRow('2')], logCount: 2 });
  const { data } = await opened(
    { view, logsCut: true, loadedAtMs: Date.now() },
    { [VIEW]: ndjson(whole) },
  );
  expect(data?.revision).toBe('r2');
});

test('an answer that came with the page an hour ago is asked for again', async () => {
  const view = requestPage({ revision: 'r1' });
  const { data } = await opened(
    { view, logsCut: false, loadedAtMs: Date.now() - 3_600_000 },
    { [VIEW]: ndjson(requestPage({ revision: 'r2' })) },
  );
  expect(data?.revision).toBe('r2');
});

describe('a part of an answer', () => {
  const part = requestPage({ complete: false, spanCount: 5 });
  test('is shown while nothing is known', () => {
    expect(isShown(part, undefined)).toBe(true);
    expect(isShown(part, requestPage({ window: null }))).toBe(true);
  });
  test('is shown when it has no less than what is there', () => {
    expect(isShown(part, requestPage({ complete: false, spanCount: 5 }))).toBe(true);
    expect(isShown(part, requestPage({ complete: false, spanCount: 6 }))).toBe(false);
  });
  test('never replaces a complete answer', () => {
    expect(isShown(part, requestPage({ spanCount: 1 }))).toBe(false);
  });
});
