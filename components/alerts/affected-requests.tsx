import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useSearchParams } from 'next/navigation';
import { Panel } from '@/components/ui/panel';
import { Stripe } from '@/components/ui/stripe';
import type { AffectedRequestsView } from '@/lib/alerts/analysis/contract';
import type { EpisodeView } from '@/lib/alerts/contract';
import { formatCount } from '@/lib/time/format';
import { formatClock } from './alert-text';
import { EpisodeCard } from './episode-card';
import { NO_REQUESTS } from './impact-text';
import { affectedRequestsQuery, LIVE_EVERY_MS } from './queries';
import styles from './episode.module.css';

const ROWS = 5;

/** Which requests are affected and why, live: those that the rule counts, by signature. */
export function AffectedRequests({ episode }: { episode: EpisodeView }) {
  const named = useSearchParams().get('signature');
  const { data, error } = useQuery({
    ...affectedRequestsQuery(episode.id),
    refetchInterval: episode.state === 'resolved' ? false : LIVE_EVERY_MS,
  });
  const services = [...new Set(data?.signatures.map(({ service }) => service))].toSorted();
  const since = data ? `, since ${formatClock(data.since)} UTC` : '';
  const subject = data?.subject.kind;
  return (
    <EpisodeCard
      title={subject === 'slow_requests' ? 'Slow requests' : 'Affected requests'}
      note={<small>by signature{since}</small>}
      testId="affected-requests"
    >
      {subject === 'unreadable' && episode.service && (
        <p className={styles.remark}>
          This rule cannot be read; slow and failed requests of {episode.service}:
        </p>
      )}
      {subject === 'missing_calls' && episode.service && (
        <p className={styles.remark}>
          Requests of {episode.service} since its calls are missing, whatever became of them:
        </p>
      )}
      <Panel {...panelOf(episode, data, error)} height={96}>
        {data?.signatures.slice(0, ROWS).map((group) => (
          <SignatureRow
            key={group.signature}
            group={group}
            services={services}
            current={group.signature === named}
          />
        ))}
      </Panel>
      {data && data.partial.length > 0 && (
        <p className={styles.remark}>{data.partial.map(({ sentence }) => sentence).join('; ')}.</p>
      )}
    </EpisodeCard>
  );
}

function SignatureRow({
  group,
  services,
  current,
}: {
  group: AffectedRequestsView['signatures'][number];
  services: readonly string[];
  current: boolean;
}) {
  return (
    <Link
      href={`/requests/${encodeURIComponent(group.example)}`}
      prefetch={false}
      className={styles.affected}
      data-example
      aria-current={current ? 'true' : undefined}
    >
      <Mark errorType={group.errorType} />
      <Stripe service={group.service} services={services} />
      <b>
        {group.service} {group.operation}: {group.errorType}
      </b>
      <span className={styles.outcome}>{group.outcome}</span>
      <span className={styles.count}>{formatCount(group.count)}</span>
      <span className={styles.since}>since {formatClock(group.firstSeen)}</span>
      <span className={styles.open}>example →</span>
    </Link>
  );
}

const SLOW = 'slow';
const MARKS: Readonly<Record<string, string>> = { [SLOW]: '◷', 'call missing': '◌' };

/** Failed, slow or incomplete, as everywhere. */
function Mark({ errorType }: { errorType: string }) {
  const mark = MARKS[errorType];
  return (
    <span className={mark ? styles.warning : styles.critical} aria-hidden>
      {mark ?? '✕'}
    </span>
  );
}

const EMPTY_MESSAGES = {
  failures: 'No requests match this alert.',
  retries: 'No failed requests with these calls.',
  slow_requests: 'No request took longer than the rule allows.',
  missing_calls: 'No requests came in meanwhile.',
  infrastructure: NO_REQUESTS,
  unreadable: 'None was slow or failed.',
} as const satisfies Record<AffectedRequestsView['subject']['kind'], string>;

function panelOf(
  episode: EpisodeView,
  data: AffectedRequestsView | undefined,
  error: Error | null,
) {
  if (!data && error)
    return {
      state: 'failed',
      message: 'Impact unknown: the portal did not answer. Acknowledging still works.',
    } as const;
  if (!data) {
    const since = formatClock(episode.impactedSince ?? episode.startedAt);
    return { state: 'loading', message: `Counting affected requests since ${since} UTC…` } as const;
  }
  if (data.failed) return { state: 'failed', message: data.failed } as const;
  if (data.signatures.length > 0) return { state: 'ready' } as const;
  const read = data.partial.length > 0 ? ' Not all of them were read.' : '';
  return { state: 'empty', message: `${EMPTY_MESSAGES[data.subject.kind]}${read}` } as const;
}
