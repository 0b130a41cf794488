import type { Metadata } from 'next';
import { AlertHealth } from '@/components/sources/alert-health';
import { SourceTable } from '@/components/sources/source-table';
import ui from '@/components/ui/ui.module.css';
import { loadAlertHealth } from '@/lib/alerts/intake/alert-health';
import { may } from '@/lib/auth/authorize';
import { requirePage } from '@/lib/auth/require-page';
import { sourceHealth } from '@/lib/telemetry/health';

export const metadata: Metadata = { title: 'Sources' };

export default async function SourcesPage() {
  const principal = await requirePage('source:read');
  const [sources, health] = await Promise.all([sourceHealth(), loadAlertHealth()]);
  return (
    <main className={ui.page}>
      <h1>Sources</h1>
      <SourceTable sources={sources} />
      <AlertHealth health={health} mayTest={may(principal, 'channel:test')} />
    </main>
  );
}
