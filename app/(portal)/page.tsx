import { FiringNow } from '@/components/alerts/firing-now';
import { FailingSignatures } from '@/components/home/failing-signatures';
import { Tiles } from '@/components/home/tiles';
import { MyRecent } from '@/components/home/my-recent';
import styles from '@/components/home/home.module.css';
import { Panel } from '@/components/ui/panel';
import { SearchBox } from '@/components/shell/search-box';
import { TopBar } from '@/components/shell/top-bar';
import { loadEpisodes } from '@/lib/alerts/episodes/load-episodes';
import { loadHomeTiles } from '@/lib/pages/home';
import { listQuery } from '@/lib/alerts/contract';
import { requirePage } from '@/lib/auth/require-page';
import { loadRecent } from '@/lib/requests/view/load';
import { Suspense } from 'react';

export default async function HomePage({
  searchParams,
}: {
  searchParams: Promise<{ q?: string | string[] }>;
}) {
  const principal = await requirePage('request:read', '/');
  const { q } = await searchParams;
  // Postgres away costs this panel, not the page.
  const firing = await loadEpisodes(listQuery.parse({ limit: 20 })).catch(() => undefined);
  return (
    <>
      <TopBar current="requests" user={principal.name} alerts={firing?.counts.firing ?? null} />
      <main className={styles.home}>
        <h1 className="visually-hidden">Which request?</h1>
        <SearchBox large autoFocus initial={typeof q === 'string' ? q : ''} />
        <Suspense
          fallback={
            <p role="status" className={styles.tilesWaiting}>
              Loading the state of application, runners and cluster…
            </p>
          }
        >
          <Answers />
        </Suspense>
        {firing ? (
          <FiringNow initial={firing} search="limit=20" />
        ) : (
          <Panel state="failed" height={48} message="Alerts cannot be read. Open Alertmanager." />
        )}
        <Suspense fallback={<p role="status">Looking for failures…</p>}>
          <RecentFailures />
        </Suspense>
        <MyRecent />
      </main>
    </>
  );
}

async function Answers() {
  return <Tiles initial={await loadHomeTiles()} />;
}

async function RecentFailures() {
  return <FailingSignatures recent={await loadRecent({ state: 'failed', limit: 500 })} />;
}
