import Link from 'next/link';
import type { EpisodeView } from '@/lib/alerts/contract';
import { formatCounted } from '@/lib/time/format';
import { formatClock } from './alert-text';
import styles from './alerts.module.css';

/** The evidence that was kept, and where each request of it opens. */
export function EvidenceList({ episode }: { episode: EpisodeView }) {
  const keptSince = episode.evidence.map(({ capturedAt }) => capturedAt).toSorted()[0] ?? '';
  return (
    <section className={styles.card} data-testid="evidence">
      <h2>
        Evidence{' '}
        <small>
          kept since {formatClock(keptSince)} UTC, also when its sources have forgotten it
        </small>
      </h2>
      {episode.evidence.map((each) => (
        <details key={each.id} className={styles.evidence}>
          <summary>
            {formatClock(each.capturedAt)} UTC, {each.reason}:{' '}
            {formatCounted(each.requests.length, 'request')}, {formatClock(each.from)}–
            {formatClock(each.to)} UTC
          </summary>
          <ul>
            {each.requests.map(({ correlationId, sentence }) => (
              <li key={correlationId}>
                <Link
                  className="mono"
                  prefetch={false}
                  href={`/requests/${encodeURIComponent(correlationId)}?evidence=${each.id}`}
                >
                  {correlationId}
                </Link>{' '}
                {sentence}
              </li>
            ))}
          </ul>
          {each.excerpts.length > 0 && (
            <pre>
              {each.excerpts
                .map(({ time, service, body }) => `${time.slice(11, 23)} ${service} ${body}`)
                .join('\n')}
            </pre>
          )}
        </details>
      ))}
    </section>
  );
}
