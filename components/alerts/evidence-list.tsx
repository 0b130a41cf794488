import Link from 'next/link';
import type { EpisodeView } from '@/lib/alerts/contract';
import { clock } from './alert-text';
import styles from './alerts.module.css';

/** What was frozen, and where each request of it opens. */
export function EvidenceList({ episode }: { episode: EpisodeView }) {
  return (
    <section className={styles.card} data-testid="evidence">
      <h2>
        ❄ Evidence <small>kept here, also when its sources have forgotten it</small>
      </h2>
      {episode.evidence.map((each) => (
        <details key={each.id} className={styles.evidence}>
          <summary>
            {clock(each.capturedAt)} UTC, {each.reason}: {each.requests.length} requests,{' '}
            {clock(each.from)}–{clock(each.to)} UTC
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
