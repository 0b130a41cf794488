import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { EpisodePage } from '@/components/alerts/episode';
import { SearchBox } from '@/components/shell/search-box';
import { TopBar } from '@/components/shell/top-bar';
import { countFiring, loadEpisode } from '@/lib/alerts/episodes/load-episodes';
import { episodeParams } from '@/lib/alerts/contract';
import { may } from '@/lib/auth/authorize';
import { requirePage } from '@/lib/auth/require-page';
import { config } from '@/lib/config/load';
import { AppError } from '@/lib/errors/app-error';

export const metadata: Metadata = { title: 'Alert' };

export default async function Page({ params }: { params: Promise<{ episodeId: string }> }) {
  const raw = await params;
  const principal = await requirePage('alert:read', `/alerts/${encodeURIComponent(raw.episodeId)}`);
  const parsed = episodeParams.safeParse(raw);
  if (!parsed.success) notFound();
  const [episode, alerts] = await Promise.all([
    loadEpisode(parsed.data.episodeId).catch((error: unknown) => {
      if (error instanceof AppError && error.code === 'not_found') notFound();
      throw error;
    }),
    countFiring(),
  ]);
  return (
    <>
      <TopBar current="alerts" user={principal.name} alerts={alerts} search={<SearchBox />} />
      <EpisodePage
        key={episode.id}
        initial={episode}
        mayAnswer={may(principal, 'alert:answer')}
        hours={config().ACKNOWLEDGE_HOURS}
      />
    </>
  );
}
