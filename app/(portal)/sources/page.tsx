import type { Metadata } from 'next';
import { SourceTable } from '@/components/sources/source-table';
import { SearchBox } from '@/components/ui/search-box';
import { TopBar } from '@/components/ui/top-bar';
import ui from '@/components/ui/ui.module.css';
import { requirePage } from '@/lib/auth/page';
import { sourceHealth } from '@/lib/telemetry/health';

export const metadata: Metadata = { title: 'Sources' };

export default async function SourcesPage() {
  const principal = await requirePage('source:read', '/sources');
  return (
    <>
      <TopBar current="sources" user={principal.name} search={<SearchBox />} />
      <main className={ui.page}>
        <h1>Sources</h1>
        <SourceTable sources={await sourceHealth()} />
      </main>
    </>
  );
}
