// @vitest-environment happy-dom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { NuqsTestingAdapter } from 'nuqs/adapters/testing';
import { act } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { FirstAnswer } from '@/lib/pages/contract';
import { lane, ledgerEntry, logRow, ms, requestPage as pageOf, spanRow } from './request.fixture';
import { RequestPage } from './request-page';

const view = pageOf({
  ledger: [ledgerEntry('traces'), ledgerEntry('logs')],
  lanes: [lane('a', { durationNs: ms(1000) })],
  spans: [spanRow('a.edge', { durationNs: ms(1000) }), spanRow('a.db', { parent: 'a.edge' })],
  spanCount: 2,
  logs: [logRow('1', { span: 'a.edge' })],
  logCount: 1,
});

const page = (answer: FirstAnswer) => (
  <QueryClientProvider client={new QueryClient()}>
    <NuqsTestingAdapter searchParams="?span=a.edge&tab=logs">
      <RequestPage id={view.correlationId} firstAnswer={JSON.stringify(answer)} />
    </NuqsTestingAdapter>
  </QueryClientProvider>
);

beforeEach(() => {
  (globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;
});
afterEach(() => {
  vi.unstubAllGlobals();
  document.body.replaceChildren();
});

test('the browser takes over what the server rendered, as it is, and asks for nothing', async () => {
  const fetched = vi.fn();
  vi.stubGlobal('fetch', fetched);
  const complete = { view, logsCut: false, loadedAtMs: Date.now() };
  const container = document.createElement('div');
  document.body.append(container);
  container.innerHTML = renderToString(page(complete));
  expect(container.querySelector('[data-complete=true]')).not.toBeNull();
  expect(container.querySelectorAll('[role=treegrid] [role=row]')).toHaveLength(3);
  const mismatches: unknown[] = [];
  const root = await act(() =>
    hydrateRoot(container, page(complete), {
      onRecoverableError: (error) => mismatches.push(error),
    }),
  );
  expect(mismatches).toEqual([]);
  expect(fetched).not.toHaveBeenCalled();
  act(() => root.unmount());
});
