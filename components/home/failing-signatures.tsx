import Link from 'next/link';
import { Glyph } from '@/components/ui/glyph';
import { LinkRow, ListSection } from '@/components/ui/list-section';
import { Panel } from '@/components/ui/panel';
import { Sparkline } from '@/components/ui/sparkline';
import { Stripe } from '@/components/ui/stripe';
import type { RecentRequests } from '@/lib/requests/explore/contract';
import { formatCount, formatCounted } from '@/lib/time/format';
import styles from './home.module.css';

const ROWS = 8;

/** What breaks: failed requests of the last hour by signature. */
export function FailingSignatures({ recent }: { recent: RecentRequests }) {
  const services = [...new Set(recent.signatures.map((group) => group.service))].toSorted();
  const seen = recent.total === null ? undefined : `${formatCounted(recent.total, 'request')} seen`;
  const newest = recent.cursor
    ? `the newest ${formatCounted(recent.requests.length, 'failure')}`
    : undefined;
  return (
    <div>
      <ListSection
        id="failing"
        title="Failing by signature"
        note={['last hour', seen, newest].filter(Boolean).join(', ')}
      >
        <Panel
          state={stateOf(recent)}
          height={96}
          message={
            recent.failed ?? `No failures in the last hour.${seen === undefined ? '' : ` ${seen}.`}`
          }
          action={recent.failed ? <Link href="/sources">Check sources</Link> : undefined}
        >
          {recent.signatures.slice(0, ROWS).map((group) => (
            <SignatureRow key={group.signature} group={group} services={services} />
          ))}
        </Panel>
      </ListSection>
      {recent.partial.length > 0 && (
        <p role="status">
          Failures may be missing: {recent.partial.map(({ sentence }) => sentence).join('; ')}.
        </p>
      )}
    </div>
  );
}

function stateOf(recent: RecentRequests): 'failed' | 'ready' | 'empty' {
  if (recent.failed) return 'failed';
  return recent.signatures.length > 0 ? 'ready' : 'empty';
}

function SignatureRow({
  group,
  services,
}: {
  group: RecentRequests['signatures'][number];
  services: readonly string[];
}) {
  return (
    <LinkRow href={`/requests/${encodeURIComponent(group.example)}`} className={styles.signature}>
      <Glyph state="failed" inline />
      <span className={styles.stripe}>
        <Stripe service={group.service} services={services} />
      </span>
      <span>
        <b>
          {group.service} {group.operation}: {group.errorType}
        </b>
      </span>
      <span className={`${styles.soft} ${styles.outcome}`}>{group.outcome}</span>
      <span className={styles.count}>{formatCount(group.count)}</span>
      <Sparkline values={group.trend} />
      <span className={`${styles.soft} ${styles.since}`}>
        since {group.firstSeen.slice(11, 16)} UTC
      </span>
      <span className={styles.example}>example →</span>
    </LinkRow>
  );
}
