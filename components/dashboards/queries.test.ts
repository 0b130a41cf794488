import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { expect, test } from 'vitest';
import { dashboardKeys, operationsQuery, requestsQuery } from './queries';

const request = { id: 'runners', panel: null, search: 'range=15m' } as const;
/** As the portal's own: what is loaded once stays. */
const newClient = () =>
  new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Infinity } } });

test('where the time went is loaded again each time it is opened', async () => {
  const client = newClient();
  let loads = 0;
  const options = {
    ...operationsQuery(request, true),
    queryFn: async () => {
      loads += 1;
      return { operations: [], read: 0, failed: null };
    },
  };
  for (const expected of [1, 2]) {
    const close = new QueryObserver(client, options).subscribe(() => {});
    await expect.poll(() => loads).toBe(expected);
    await expect.poll(() => client.isFetching()).toBe(0);
    close();
  }
});

test('a refresh reaches the listed requests and where their time went, but not those behind a panel', async () => {
  const client = newClient();
  const keys = [requestsQuery(request), operationsQuery(request, true)].map(
    ({ queryKey }) => queryKey,
  );
  const { queryKey: ofPanel } = requestsQuery({ ...request, panel: 'results' });
  for (const key of [...keys, ofPanel]) client.setQueryData<unknown>(key, {});
  await client.invalidateQueries({ queryKey: dashboardKeys.drilldown('runners', null) });
  for (const key of keys) expect(client.getQueryState(key)?.isInvalidated).toBe(true);
  expect(client.getQueryState(ofPanel)?.isInvalidated).toBe(false);
});
