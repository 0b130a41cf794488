import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useSearchParams } from 'next/navigation';
import { Panel } from '@/components/ui/panel';
import { Stripe } from '@/components/ui/stripe';
import type { EpisodeView } from '@/lib/alerts/contract';
import { formatCount } from '@/lib/time/format';
import { affectedRequestsQuery, LIVE_EVERY_MS } from './queries';
import { formatClock } from './alert-text';
import styles from './alerts.module.css';

const ROWS = 5;

/** Which requests are affected and why, live: failing requests of its service by signature. */
export function AffectedRequests({ episode }: { episode: EpisodeView }) {
  const chosen = useSearchParams().get('signature');
  const query = useQuery({
    ...affectedRequestsQuery(episode.id),
    refetchInterval: episode.state === 'resolved' ? false : LIVE_EVERY_MS,
  });
  const affected = query.data;
  const services = [...new Set(affected?.signatures.map(({ service }) => service))].sort();
  const message = !affected
    ? query.error
      ? 'Impact unknown: the portal did not answer. Acknowledging still works.'
      : `Counting affected requests since ${formatClock(episode.hurtSince ?? episode.startedAt)} UTC…`
    : (affected.failed ?? 'No requests match this alert.');
  return (
    <section className={styles.card} data-testid="affected-requests">
      <h2>
        Affected requests{' '}
        <small>by signature{affected ? `, since ${formatClock(affected.since)} UTC` : ''}</small>
      </h2>
      <Panel
        state={
          !affected
            ? query.error
              ? 'failed'
              : 'loading'
            : affected.failed
              ? 'failed'
              : affected.signatures.length
                ? 'ready'
                : 'empty'
        }
        height={96}
        message={message}
      >
        {affected?.signatures.slice(0, ROWS).map((group) => (
          <Link
            key={group.signature}
            href={`/requests/${encodeURIComponent(group.example)}`}
            prefetch={false}
            className={styles.affected}
            data-example
            aria-current={group.signature === chosen ? 'true' : undefined}
          >
            <span className={styles.critical} aria-hidden>
              ✕
            </span>
            <Stripe service={group.service} services={services} />
            <b>
              {group.service} {group.operation}: {group.errorType}
            </b>
            <span className={styles.outcome}>{group.outcome}</span>
            <span className={styles.count}>{formatCount(group.count)}</span>
            <span className={styles.since}>since {formatClock(group.firstSeen)}</span>
            <span className={styles.open}>example →</span>
          </Link>
        ))}
      </Panel>
      {affected && affected.partial.length > 0 && (
        <p className={styles.remark}>
          {affected.partial.map(({ sentence }) => sentence).join('; ')}.
        </p>
      )}
    </section>
  );
}
