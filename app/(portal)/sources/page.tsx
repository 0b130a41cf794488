import type { Metadata } from 'next';
import { AlertHealth } from '@/components/sources/alert-health';
import { SourceTable } from '@/components/sources/source-table';
import { SearchBox } from '@/components/shell/search-box';
import { TopBar } from '@/components/shell/top-bar';
import ui from '@/components/ui/ui.module.css';
import { countFiring } from '@/lib/alerts/episodes/load-episodes';
import { loadAlertHealth } from '@/lib/alerts/intake/alert-health';
import { may } from '@/lib/auth/authorize';
import { requirePage } from '@/lib/auth/require-page';
import { sourceHealth } from '@/lib/telemetry/health';

export const metadata: Metadata = { title: 'Sources' };

export default async function SourcesPage() {
  const principal = await requirePage('source:read', '/sources');
  const [sources, health] = await Promise.all([sourceHealth(), loadAlertHealth()]);
  return (
    <>
      <TopBar
        current="sources"
        user={principal.name}
        alerts={await countFiring()}
        search={<SearchBox />}
      />
      <main className={ui.page}>
        <h1>Sources</h1>
        <SourceTable sources={sources} />
        <AlertHealth health={health} mayTest={may(principal, 'channel:test')} />
      </main>
    </>
  );
}
