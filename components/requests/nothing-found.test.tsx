import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { NuqsTestingAdapter } from 'nuqs/adapters/testing';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { NothingFound } from './nothing-found';
import { ledgerEntry, requestPage } from './request.fixture';
import type { RequestQueryState } from './use-request-query';

const shown = (correlationId: string, complete = true) =>
  renderToStaticMarkup(
    <QueryClientProvider client={new QueryClient()}>
      <NuqsTestingAdapter>
        <NothingFound
          view={requestPage({
            correlationId,
            complete,
            ledger: [ledgerEntry('traces', { state: 'empty' })],
          })}
          query={
            {
              keepSearching: false,
              setKeepSearching: () => {},
              retry: () => {},
            } as never as RequestQueryState
          }
        />
      </NuqsTestingAdapter>
    </QueryClientProvider>,
  );

test.each([
  ['order-12345', 'Tried as correlation id, lookup attribute and text of log lines.'],
  ['47114', 'Tried as lookup attribute.'],
  [
    '01a20388-0b17-7b95-97ed-0f2f7b2039c6',
    'Tried as correlation id, UUID in capitals and without dashes, lookup attribute, text of log lines and trace id.',
  ],
])('the page of %s, which nobody knows, says what was tried', (id, sentence) =>
  expect(shown(id)).toContain(sentence),
);

test('it says so only once the search is over', () =>
  expect(shown('order-12345', false)).not.toContain('Tried as'));
