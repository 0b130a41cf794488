import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { NuqsTestingAdapter } from 'nuqs/adapters/testing';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import type { RequestPage } from '@/lib/pages/contract';
import { FoundRequest } from './found-request';
import { lane, ledgerEntry, logRow, ms, requestPage, spanRow } from './request.fixture';

/** What the server renders of a request, before anything runs in a browser. */
function rendered(view: RequestPage, search = ''): string {
  return renderToStaticMarkup(
    <QueryClientProvider client={new QueryClient()}>
      <NuqsTestingAdapter searchParams={search}>
        <FoundRequest view={view} connectionLost={false} onRetry={() => {}} onChanged={() => {}} />
      </NuqsTestingAdapter>
    </QueryClientProvider>,
  );
}

const spans = [
  spanRow('a.edge', { service: 'edge', name: 'POST /checkout', durationNs: ms(1000) }),
  spanRow('a.reserve', {
    parent: 'a.edge',
    service: 'inventory',
    name: 'reserve',
    failed: true,
    errorType: 'StockConflictError',
    startOffsetNs: ms(100),
    skewNs: ms(-40),
  }),
];
const { verdict } = requestPage();
const view = requestPage({
  verdict: { ...verdict, state: 'failed', culprit: 'a.reserve' },
  ledger: [ledgerEntry('traces'), ledgerEntry('logs')],
  lanes: [lane('a', { state: 'failed', durationNs: ms(1000) })],
  spans,
  spanCount: 2,
  logs: [
    logRow('1', { body: 'reserving', span: 'a.reserve', offsetNs: ms(110) }),
    logRow('2', { body: 'conflict', level: 'error', service: 'inventory', offsetNs: ms(190) }),
  ],
  logCount: 2,
});

test('the first screen is rendered without a browser', () => {
  const page = rendered(view);
  expect(page).toContain('Succeeded in 1 s.');
  expect(page).toContain('Tempo · 1 lane, 2 spans');
  expect(page).toContain('aria-label="Lane 1 of 1, checkout, failed, 1 s"');
  expect(page).toContain('aria-label="inventory reserve, failed, 100 ms, starts 100.0 ms"');
});

test('spans whose times cannot be true are said beside the sources', () => {
  const sentence = '1 span of sensor has no place in time: the clock says 1970-01-01.';
  const note = {
    kind: 'implausible-time',
    reason: 'too_early',
    unit: null,
    service: 'sensor',
    spanCount: 1,
    lineCount: 0,
    sentence,
  } as const;
  expect(rendered({ ...view, annotations: [note] })).toContain(`<p>${sentence}</p>`);
});

test('the details of the culprit are open until a person chooses', () => {
  expect(rendered(view)).toContain('Details of inventory reserve');
  expect(rendered(view, '?span=a.edge')).toContain('Details of edge POST /checkout');
  expect(rendered(view, '?span=none')).not.toContain('Details of');
});

test('the URL filters the log lines', () => {
  const listed = (search: string) => {
    const page = rendered(view, `?span=none&${search}`);
    return ['reserving', 'conflict'].filter((body) => page.includes(body));
  };
  expect(listed('')).toEqual(['reserving', 'conflict']);
  expect(listed('q=RESERV')).toEqual(['reserving']);
  expect(listed('level=error')).toEqual(['conflict']);
  expect(listed('service=checkout')).toEqual(['reserving']);
});

test('the URL zooms the waterfall', () => {
  const start = '2026-11-25T14:02:07.495000000Z';
  const end = '2026-11-25T14:02:07.995000000Z';
  expect(rendered(view, `?zoom=${start}_${end}`)).toContain('← 100 ms');
  expect(rendered(view)).not.toContain('← 100 ms');
});

test('the URL collapses rows', () => {
  const row = 'aria-label="inventory reserve, failed';
  expect(rendered(view, '?collapsed=a.edge')).not.toContain(row);
  expect(rendered(view, '?collapsed=a')).not.toContain(row);
  expect(rendered(view, '?collapsed=other')).toContain(row);
});

test('the URL chooses the clock', () => {
  expect(rendered(view, '?clock=raw')).toContain(
    'aria-label="inventory reserve, failed, 100 ms, starts 140.0 ms"',
  );
});
