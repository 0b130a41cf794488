import type { Metadata } from 'next';
import { Panel } from '@/components/ui/panel';
import { SearchBox } from '@/components/shell/search-box';
import { Table } from '@/components/ui/table';
import { TopBar } from '@/components/shell/top-bar';
import ui from '@/components/ui/ui.module.css';
import { countFiring } from '@/lib/alerts/episodes/load-episodes';
import { listQuarantine } from '@/lib/alerts/episodes/repository';
import { requirePage } from '@/lib/auth/require-page';
import { formatInstant } from '@/lib/time/format';

export const metadata: Metadata = { title: 'Quarantine' };

/** Items of messages that are no alerts: what came, and why it could not be read. */
export default async function QuarantinePage() {
  const principal = await requirePage('alert:read', '/alerts/quarantine');
  const [items, alerts] = await Promise.all([listQuarantine(), countFiring()]);
  return (
    <>
      <TopBar current="alerts" user={principal.name} alerts={alerts} search={<SearchBox />} />
      <main className={ui.page}>
        <h1>Quarantine</h1>
        {items.length === 0 ? (
          <Panel state="empty" height={120} message="Everything that was sent could be read." />
        ) : (
          <Table label="Quarantine" head={['When', 'Source', 'Why it is no alert', 'What came']}>
            {items.map((item) => (
              <tr key={item.id}>
                <td className="mono">{formatInstant(Date.parse(item.createdAt))}</td>
                <td>{item.source}</td>
                <td>{item.reason}</td>
                <td className="mono" style={{ whiteSpace: 'normal', overflowWrap: 'anywhere' }}>
                  {item.item.slice(0, 400)}
                </td>
              </tr>
            ))}
          </Table>
        )}
      </main>
    </>
  );
}
