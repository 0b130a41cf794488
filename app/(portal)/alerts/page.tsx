import type { Metadata } from 'next';
import { AlertList } from '@/components/alerts/alert-list';
import { SearchBox } from '@/components/shell/search-box';
import { TopBar } from '@/components/shell/top-bar';
import { loadEpisodes } from '@/lib/alerts/episodes/load-episodes';
import { listQuery } from '@/lib/alerts/contract';
import { may } from '@/lib/auth/authorize';
import { requirePage } from '@/lib/auth/require-page';
import { config } from '@/lib/config/load';

export const metadata: Metadata = { title: 'Alerts' };

const FILTERS = ['state', 'severity', 'service', 'q'] as const;

export default async function AlertsPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const asked = await searchParams;
  const search = new URLSearchParams(
    FILTERS.flatMap((key) =>
      typeof asked[key] === 'string' && asked[key] ? [[key, asked[key]]] : [],
    ),
  ).toString();
  const principal = await requirePage('alert:read', `/alerts${search && `?${search}`}`);
  const parsed = listQuery.safeParse(Object.fromEntries(new URLSearchParams(search)));
  const initial = await loadEpisodes(parsed.success ? parsed.data : listQuery.parse({}));
  return (
    <>
      <TopBar
        current="alerts"
        user={principal.name}
        alerts={initial.counts.firing}
        search={<SearchBox />}
      />
      <AlertList
        initial={initial}
        initialSearch={search}
        mayAnswer={may(principal, 'alert:answer')}
        hours={config().ACKNOWLEDGE_HOURS}
      />
    </>
  );
}
