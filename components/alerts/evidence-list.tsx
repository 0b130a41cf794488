import Link from 'next/link';
import type { EpisodeView } from '@/lib/alerts/contract';
import { formatCounted } from '@/lib/time/format';
import { formatClock } from './alert-text';
import { EpisodeCard } from './episode-card';
import styles from './episode.module.css';

type Evidence = EpisodeView['evidence'][number];

/** The evidence that was kept, and where each request of it opens. */
export function EvidenceList({ episode }: { episode: EpisodeView }) {
  const keptSince = episode.evidence.map(({ capturedAt }) => capturedAt).toSorted()[0] ?? '';
  return (
    <EpisodeCard
      title="Evidence"
      note={
        <small>
          kept since {formatClock(keptSince)} UTC, also when its sources have forgotten it
        </small>
      }
      testId="evidence"
    >
      {episode.evidence.map((evidence) => (
        <EvidenceDetails key={evidence.id} evidence={evidence} />
      ))}
    </EpisodeCard>
  );
}

function EvidenceDetails({ evidence }: { evidence: Evidence }) {
  const { id, capturedAt, reason, from, to, requests, excerpts } = evidence;
  return (
    <details className={styles.evidence}>
      <summary>
        {formatClock(capturedAt)} UTC, {reason}: {formatCounted(requests.length, 'request')},{' '}
        {formatClock(from)}–{formatClock(to)} UTC
      </summary>
      <ul>
        {requests.map(({ correlationId, sentence }) => (
          <li key={correlationId}>
            <Link
              className="mono"
              prefetch={false}
              href={`/requests/${encodeURIComponent(correlationId)}?evidence=${id}`}
            >
              {correlationId}
            </Link>{' '}
            {sentence}
          </li>
        ))}
      </ul>
      {excerpts.length > 0 && <pre>{excerpts.map(excerptLine).join('\n')}</pre>}
    </details>
  );
}

const excerptLine = ({ time, service, body }: Evidence['excerpts'][number]): string =>
  `${time.slice(11, 23)} ${service} ${body}`;
