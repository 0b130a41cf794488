import type { Metadata } from 'next';
import { Panel } from '@/components/ui/panel';
import { Table } from '@/components/ui/table';
import ui from '@/components/ui/ui.module.css';
import { listQuarantine } from '@/lib/alerts/intake/intake-state';
import { requirePage } from '@/lib/auth/require-page';
import { formatInstant } from '@/lib/time/format';

export const metadata: Metadata = { title: 'Quarantine' };

/** Items of messages that could not be read as alerts, and why. */
export default async function QuarantinePage() {
  await requirePage('alert:read');
  const items = await listQuarantine();
  return (
    <main className={ui.page}>
      <h1>Quarantine</h1>
      {items.length === 0 ? (
        <Panel state="empty" height={120} message="Everything that was sent could be read." />
      ) : (
        <Table
          label="Quarantine"
          head={['When', 'Source', 'Why it could not be read', 'What was sent']}
        >
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
  );
}
