import { Suspense } from 'react';
import { FiringNow } from '@/components/alerts/firing-now';
import { FailingSignatures } from '@/components/home/failing-signatures';
import styles from '@/components/home/home.module.css';
import { MyRecent } from '@/components/home/my-recent';
import { Tiles } from '@/components/home/tiles';
import { SearchBox } from '@/components/shell/search-box';
import { Panel } from '@/components/ui/panel';
import { listQuery } from '@/lib/alerts/contract';
import { loadEpisodes } from '@/lib/alerts/episodes/load-episodes';
import { requirePage } from '@/lib/auth/require-page';
import { log } from '@/lib/observability/log';
import { loadHomeTiles } from '@/lib/pages/home';
import { loadFailingSignatures } from '@/lib/requests/explore/recent-requests';

interface Props {
  readonly searchParams: Promise<{ q?: string | string[] }>;
}

export default async function HomePage({ searchParams }: Props) {
  await requirePage('request:read');
  const { q } = await searchParams;
  return (
    <main className={styles.home}>
      <h1 className="visually-hidden">Which request?</h1>
      <SearchBox large initial={typeof q === 'string' ? q : ''} />
      <Suspense
        fallback={
          <p role="status" className={styles.tilesWaiting}>
            Loading the state of application, runners and cluster…
          </p>
        }
      >
        <LoadedTiles />
      </Suspense>
      <Suspense fallback={<p role="status">Loading alerts…</p>}>
        <LoadedFiring />
      </Suspense>
      <Suspense fallback={<p role="status">Looking for failures…</p>}>
        <LoadedFailures />
      </Suspense>
      <MyRecent />
    </main>
  );
}

async function LoadedTiles() {
  return <Tiles initial={await loadHomeTiles()} />;
}

/** Alerts that cannot be read cost this part, not the page. */
async function LoadedFiring() {
  const firing = await loadEpisodes(listQuery.parse({ limit: 20 })).catch((error: unknown) => {
    log().error(
      { code: 'alerts_unreadable', error: String(error) },
      'the home page shows no alerts',
    );
    return undefined;
  });
  if (firing) return <FiringNow initial={firing} search="limit=20" />;
  return <Panel state="failed" height={48} message="Alerts cannot be read. Open Alertmanager." />;
}

async function LoadedFailures() {
  return <FailingSignatures failures={await loadFailingSignatures()} />;
}
