'use client';

import { useParams } from 'next/navigation';
import { PageMessage } from '@/components/shell/page-message';

const LINKS = [
  { href: '/alerts', title: 'Alerts that are open' },
  { href: '/alerts?state=all', title: 'All alerts' },
];

export default function EpisodeNotFound() {
  const { episodeId } = useParams<{ episodeId: string }>();
  return (
    <PageMessage title="There is no such alert." links={LINKS}>
      <p>
        Nothing is stored under the id <span className="mono">{episodeId}</span>. The link may be
        cut short, or the alert is older than what is kept.
      </p>
    </PageMessage>
  );
}
