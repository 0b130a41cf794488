// @vitest-environment happy-dom
import { act, useEffect } from 'react';
import { NuqsTestingAdapter, type UrlUpdateEvent } from 'nuqs/adapters/testing';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { onlySeries, useDashboardState } from './use-dashboard-state';

type Hook = ReturnType<typeof useDashboardState>;

let root: Root | undefined;
let hook: Hook;
let updates: UrlUpdateEvent[] = [];

beforeAll(() => {
  (globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;
});
afterEach(() => act(async () => root?.unmount()));

function Probe() {
  const current = useDashboardState();
  useEffect(() => {
    hook = current;
  });
  return null;
}

/** The hook on a page with this URL. */
async function open(searchParams: string): Promise<void> {
  await act(async () => root?.unmount());
  updates = [];
  root = createRoot(document.createElement('div'));
  await act(async () =>
    root!.render(
      <NuqsTestingAdapter
        hasMemory
        rateLimitFactor={0}
        searchParams={searchParams}
        onUrlUpdate={(event) => updates.push(event)}
      >
        <Probe />
      </NuqsTestingAdapter>,
    ),
  );
}

/** Where an action leads, and whether the browser's back undoes it. */
async function after(action: () => void) {
  await act(async () => {
    action();
    await vi.waitFor(() => expect(updates).not.toHaveLength(0));
  });
  const { searchParams, options } = updates.at(-1)!;
  return { search: Object.fromEntries(searchParams), history: options.history };
}

test('a zoom is in the URL in absolute times, in place of the range, and back undoes it', async () => {
  await open('range=15m&service=checkout&at=2026-11-22T10:00:00Z');
  const from = Date.parse('2026-11-22T10:00:00Z');
  expect(await after(() => hook.actions.setWindow(from, from + 60_000))).toEqual({
    history: 'push',
    search: {
      service: 'checkout',
      from: '2026-11-22T10:00:00.000Z',
      to: '2026-11-22T10:01:00.000Z',
    },
  });
});

test('a window is a second long at least', async () => {
  await open('');
  const { search } = await after(() => hook.actions.setWindow(1e12, 1e12 + 2));
  expect(Date.parse(search.to!) - Date.parse(search.from!)).toBe(1000);
});

test('another service leaves no operation selected; another operation keeps the service', async () => {
  await open('service=checkout&operation=GET');
  const { search } = await after(() => hook.actions.setSelection('operation', 'POST'));
  expect(search).toEqual({ service: 'checkout', operation: 'POST' });
  await open('service=checkout&operation=GET');
  const other = await after(() => hook.actions.setSelection('service', 'edge'));
  expect(other.search).toEqual({ service: 'edge' });
});

test('what is selected by a click is escaped, and closes what is open', async () => {
  await open('panel=operations&at=2026-11-22T10:00:00Z&series={"service":"a"}');
  const selected = await after(() => hook.actions.select({ service: 'a,b', operation: '.*' }));
  expect(selected.search).toEqual({ service: 'a\\,b', operation: '\\.*' });
});

test('a point opens its requests, and closing leaves the rest', async () => {
  await open('range=15m');
  const atMs = Date.parse('2026-11-22T10:00:00Z');
  const opened = await after(() =>
    hook.actions.openRequests('errors', { atMs, labels: { service: 'edge' } }),
  );
  expect(opened).toEqual({
    history: 'push',
    search: {
      range: '15m',
      panel: 'errors',
      at: '2026-11-22T10:00:00.000Z',
      series: '{"service":"edge"}',
    },
  });
  updates = [];
  expect(await after(() => hook.actions.closeDialog())).toEqual({
    history: 'replace',
    search: { range: '15m' },
  });
});

test('a rule opens in place of requests', async () => {
  await open('panel=rate&at=2026-11-22T10:00:00Z');
  const { search } = await after(() => hook.actions.openRule('errors'));
  expect(search).toEqual({ panel: 'errors', dialog: 'rule' });
});

test('each panel is a table or a chart, and shows one series alone or all', async () => {
  await open('tables=rate');
  const { search } = await after(() => hook.actions.toggleTable('errors'));
  expect(search.tables).toBe('rate,errors');
  updates = [];
  await after(() => hook.actions.toggleOnly('rate', 'edge: GET /, again'));
  expect(onlySeries(hook.state, 'rate')).toBe('edge: GET /, again');
  expect(onlySeries(hook.state, 'errors')).toBeNull();
  updates = [];
  await after(() => hook.actions.toggleOnly('rate', 'checkout'));
  expect(onlySeries(hook.state, 'rate')).toBe('checkout');
  updates = [];
  await after(() => hook.actions.toggleOnly('rate', 'checkout'));
  expect(onlySeries(hook.state, 'rate')).toBeNull();
});
