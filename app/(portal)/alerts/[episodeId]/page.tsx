import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { EpisodePage } from '@/components/alerts/episode';
import { episodeParams } from '@/lib/alerts/contract';
import { loadEpisode } from '@/lib/alerts/episodes/load-episodes';
import { may } from '@/lib/auth/authorize';
import { requirePage } from '@/lib/auth/require-page';
import { config } from '@/lib/config/load';
import { AppError } from '@/lib/errors/app-error';

export const metadata: Metadata = { title: 'Alert' };

interface Props {
  readonly params: Promise<{ episodeId: string }>;
}

export default async function Page({ params }: Props) {
  const principal = await requirePage('alert:read');
  const parsed = episodeParams.safeParse(await params);
  if (!parsed.success) notFound();
  const episode = await loadEpisode(parsed.data.episodeId).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'not_found') notFound();
    throw error;
  });
  return (
    <EpisodePage
      key={episode.id}
      initial={episode}
      mayAnswer={may(principal, 'alert:answer')}
      hours={config().ACKNOWLEDGE_HOURS}
    />
  );
}
