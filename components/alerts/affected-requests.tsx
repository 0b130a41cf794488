import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useSearchParams } from 'next/navigation';
import { Panel } from '@/components/ui/panel';
import { Stripe } from '@/components/ui/stripe';
import type { EpisodeView } from '@/lib/alerts/contract';
import { formatCount } from '@/lib/time/format';
import { hurtQuery, LIVE_EVERY_MS } from './queries';
import { clock } from './alert-text';
import styles from './alerts.module.css';

const HURT_ROWS = 5;

/** Whom it hurts and why, live: failing requests of its service by signature. */
export function HurtRequests({ episode }: { episode: EpisodeView }) {
  const chosen = useSearchParams().get('signature');
  const query = useQuery({
    ...hurtQuery(episode.id),
    refetchInterval: episode.state === 'resolved' ? false : LIVE_EVERY_MS,
  });
  const hurt = query.data;
  const services = [...new Set(hurt?.signatures.map(({ service }) => service))].sort();
  const message = !hurt
    ? query.error
      ? 'Impact unknown: the portal did not answer. Acknowledging still works.'
      : `Counting hurt requests since ${clock(episode.hurtSince ?? episode.startedAt)} UTC…`
    : (hurt.failed ?? 'No requests match this alert.');
  return (
    <section className={styles.card} data-testid="hurt">
      <h2>
        Requests it hurts{' '}
        <small>by signature{hurt ? `, since ${clock(hurt.since)} UTC` : ''}</small>
      </h2>
      <Panel
        state={
          !hurt
            ? query.error
              ? 'failed'
              : 'loading'
            : hurt.failed
              ? 'failed'
              : hurt.signatures.length
                ? 'ready'
                : 'empty'
        }
        height={96}
        message={message}
      >
        {hurt?.signatures.slice(0, HURT_ROWS).map((group) => (
          <Link
            key={group.signature}
            href={`/requests/${encodeURIComponent(group.example)}`}
            prefetch={false}
            className={styles.hurt}
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
            <span className={styles.since}>since {clock(group.firstSeen)}</span>
            <span className={styles.open}>example →</span>
          </Link>
        ))}
      </Panel>
      {hurt && hurt.partial.length > 0 && (
        <p className={styles.nothing}>{hurt.partial.join('; ')}.</p>
      )}
    </section>
  );
}
