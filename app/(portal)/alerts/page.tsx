import type { Metadata } from 'next';
import type { SearchParams } from 'nuqs/server';
import { AlertList } from '@/components/alerts/alert-list';
import { alertListSearch, loadAlertListParams } from '@/components/alerts/search-params';
import { listQuery } from '@/lib/alerts/contract';
import { loadEpisodes } from '@/lib/alerts/episodes/load-episodes';
import { may } from '@/lib/auth/authorize';
import { requirePage } from '@/lib/auth/require-page';
import { config } from '@/lib/config/load';

export const metadata: Metadata = { title: 'Alerts' };

interface Props {
  readonly searchParams: Promise<SearchParams>;
}

export default async function AlertsPage({ searchParams }: Props) {
  const principal = await requirePage('alert:read');
  const search = alertListSearch(await loadAlertListParams(searchParams));
  const query = listQuery.safeParse(Object.fromEntries(new URLSearchParams(search)));
  // What the API would refuse is left to it: its sentence stands in the place of the list.
  const list = query.success ? await loadEpisodes(query.data) : undefined;
  return (
    <AlertList
      initial={{ at: new Date().toISOString(), search, list }}
      mayAnswer={may(principal, 'alert:answer')}
      hours={config().ACKNOWLEDGE_HOURS}
    />
  );
}
