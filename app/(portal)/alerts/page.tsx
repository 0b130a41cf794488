import type { Metadata } from 'next';
import { AlertList } from '@/components/alerts/alert-list';
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
  const principal = await requirePage('alert:read');
  const parsed = listQuery.safeParse(Object.fromEntries(new URLSearchParams(search)));
  const initial = await loadEpisodes(parsed.success ? parsed.data : listQuery.parse({}));
  return (
    <AlertList
      initial={initial}
      initialSearch={search}
      mayAnswer={may(principal, 'alert:answer')}
      hours={config().ACKNOWLEDGE_HOURS}
    />
  );
}
