import Link from 'next/link';
import { Table } from '@/components/ui/table';
import ui from '@/components/ui/ui.module.css';
import type { AlertHealth as Health } from '@/lib/alerts/intake/contract';
import { formatAgo, formatCounted } from '@/lib/time/format';
import { ChannelTest } from './channel-test';

/** Whether alerts arrive, whether their senders agree, and whether anybody can be notified. */
export function AlertHealth({ health, mayTest }: { health: Health; mayTest: boolean }) {
  return (
    <>
      <AlertSources health={health} />
      {health.reconciliations.length > 0 && <Reconciliations health={health} />}
      <p>
        <Link href="/alerts/quarantine">
          {health.quarantined === 0
            ? 'Nothing is in quarantine'
            : `${formatCounted(health.quarantined, 'item')} in quarantine`}
        </Link>
      </p>
      <Channels health={health} mayTest={mayTest} />
    </>
  );
}

const ago = (iso: string | null, { at }: Health): string =>
  iso ? formatAgo(Date.parse(iso), Date.parse(at)) : 'never';

function AlertSources({ health }: { health: Health }) {
  return (
    <>
      <h2 id="alert-sources">Alert sources</h2>
      <Table
        labelledBy="alert-sources"
        head={['Source', 'Member', 'Last message', 'Last heartbeat', 'Last test']}
      >
        {health.peers.length === 0 && (
          <tr>
            <td colSpan={5}>
              None yet. Set ALERT_SOURCES, and send to /api/webhooks/alertmanager.
            </td>
          </tr>
        )}
        {health.peers.map(({ source, peer, lastDeliveryAt, watchdogAt, lastTestAt }) => (
          <tr key={`${source} ${peer}`}>
            <th scope="row">{source}</th>
            <td>{peer || '–'}</td>
            <td>{ago(lastDeliveryAt, health)}</td>
            <td>{watchdogAt ? ago(watchdogAt, health) : '–'}</td>
            <td>{lastTestAt ? ago(lastTestAt, health) : '–'}</td>
          </tr>
        ))}
      </Table>
    </>
  );
}

function Reconciliations({ health }: { health: Health }) {
  return (
    <>
      <h2 id="reconciliation">Reconciled with Alertmanager</h2>
      <Table
        labelledBy="reconciliation"
        head={['Source', 'Member', 'Answered', 'Firing there', 'Recovered', 'Stale']}
      >
        {health.reconciliations.map((each) => (
          <tr key={`${each.source} ${each.peer}`}>
            <th scope="row">{each.source}</th>
            <td>{each.peer}</td>
            <td>
              {each.failure ? (
                <span className={`${ui.failed} ${ui.inline}`}>✕ {each.failure}</span>
              ) : (
                ago(each.answeredAt, health)
              )}
            </td>
            <td>{each.firing}</td>
            <td>{each.missingHere}</td>
            <td>{each.missingThere}</td>
          </tr>
        ))}
      </Table>
    </>
  );
}

function Channels({ health, mayTest }: { health: Health; mayTest: boolean }) {
  return (
    <>
      <h2 id="channels">Notified when nobody acknowledges</h2>
      <Table labelledBy="channels">
        {health.channels.length === 0 && (
          <tr>
            <td>
              No channel. Set ALERT_CHANNELS to have unacknowledged alerts sent to chat, a webhook
              or e-mail.
            </td>
          </tr>
        )}
        {health.channels.map(({ name, kind }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{kind}</td>
            <td>{mayTest && <ChannelTest name={name} />}</td>
          </tr>
        ))}
      </Table>
    </>
  );
}
