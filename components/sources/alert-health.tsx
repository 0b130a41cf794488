'use client';

import Link from 'next/link';
import { useState } from 'react';
import { sendJson, ProblemError } from '@/components/shell/api-client';
import { Table } from '@/components/ui/table';
import ui from '@/components/ui/ui.module.css';
import type { AlertHealth as Health } from '@/lib/alerts/intake/contract';
import { formatAgo, formatCounted } from '@/lib/time/format';

/** The self-proof: who sends alerts, what their own list says, and whether others can be told. */
export function AlertHealth({ health, mayTest }: { health: Health; mayTest: boolean }) {
  const ago = (iso: string | null) =>
    iso ? formatAgo(Date.parse(iso), Date.parse(health.at)) : 'never';
  return (
    <>
      <h2 id="alert-sources">Alert sources</h2>
      <Table
        labelledBy="alert-sources"
        head={['Source', 'Member', 'Last message', 'Last heartbeat']}
      >
        {health.peers.length === 0 && (
          <tr>
            <td colSpan={4}>
              None yet. Set ALERT_SOURCES, and send to /api/webhooks/alertmanager.
            </td>
          </tr>
        )}
        {health.peers.map(({ source, peer, lastDeliveryAt, watchdogAt }) => (
          <tr key={`${source} ${peer}`}>
            <th scope="row">{source}</th>
            <td>{peer || '–'}</td>
            <td>{ago(lastDeliveryAt)}</td>
            <td>{watchdogAt ? ago(watchdogAt) : '–'}</td>
          </tr>
        ))}
      </Table>
      {health.reconciliations.length > 0 && (
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
                    ago(each.answeredAt)
                  )}
                </td>
                <td>{each.firing}</td>
                <td>{each.missingHere}</td>
                <td>{each.missingThere}</td>
              </tr>
            ))}
          </Table>
        </>
      )}
      <p>
        <Link href="/alerts/quarantine">
          {health.quarantined === 0
            ? 'Nothing is in quarantine'
            : `${formatCounted(health.quarantined, 'item')} in quarantine`}
        </Link>
      </p>
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
            <td>{mayTest && <TestButton name={name} />}</td>
          </tr>
        ))}
      </Table>
    </>
  );
}

function TestButton({ name }: { name: string }) {
  const [said, setSaid] = useState('');
  const [busy, setBusy] = useState(false);
  const test = () => {
    setBusy(true);
    setSaid('');
    sendJson('/api/channels/test', 'POST', { name })
      .then(
        () => setSaid('✓ Sent. Check that it arrived.'),
        (error: unknown) =>
          setSaid(
            `✕ ${error instanceof ProblemError ? error.message : 'The portal did not answer.'}`,
          ),
      )
      .finally(() => setBusy(false));
  };
  return (
    <>
      <button type="button" className={ui.button} onClick={test} disabled={busy}>
        Send a test
      </button>{' '}
      <span role="status">{said}</span>
    </>
  );
}
