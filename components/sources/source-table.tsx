import { Table } from '@/components/ui/table';
import ui from '@/components/ui/ui.module.css';
import type { SourceHealth } from '@/lib/telemetry/contract';

const STATES = { ok: '✓ answers', failed: '✕ does not answer', off: '– not configured' } as const;
const CLASSES = { ok: ui.succeeded, failed: ui.failed, off: ui.unknown };

/** Can every backend be asked, and what to do if not. */
export function SourceTable({ sources }: { sources: readonly SourceHealth[] }) {
  return (
    <Table head={['Signal', 'Source', 'State', 'Took', 'What to do']}>
      {sources.map((source) => (
        <tr key={source.signal}>
          <th scope="row">{source.signal}</th>
          <td>
            {source.version?.startsWith(source.source)
              ? source.version
              : [source.source, source.version].filter(Boolean).join(', ')}
          </td>
          <td>
            <span className={`${CLASSES[source.state]} ${ui.inline}`}>{STATES[source.state]}</span>
          </td>
          <td className="mono">{source.tookMs === null ? '' : `${source.tookMs} ms`}</td>
          <td>
            {[source.reason, source.advice].filter(Boolean).join('. ')}
            {source.rejected.map(({ reason, sentence }) => (
              <p key={reason}>Last hour: {sentence}.</p>
            ))}
          </td>
        </tr>
      ))}
    </Table>
  );
}
