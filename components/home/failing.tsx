import Link from 'next/link';
import { Glyph } from '@/components/ui/glyph';
import { Panel } from '@/components/ui/panel';
import { Sparkline } from '@/components/ui/sparkline';
import { Stripe } from '@/components/ui/stripe';
import type { RecentRequests } from '@/lib/requests/view/load';
import { formatCount } from '@/lib/time/format';
import styles from './home.module.css';

const ROWS = 8;

/** What breaks: failed requests of the last hour by signature. */
export function Failing({ recent }: { recent: RecentRequests }) {
  const services = [...new Set(recent.signatures.map((group) => group.service))].sort();
  const seen = recent.total === null ? '' : `, ${formatCount(recent.total)} requests seen`;
  const capped = recent.cursor
    ? `, the newest ${formatCount(recent.requests.length)} failures`
    : '';
  return (
    <section className={styles.section} aria-labelledby="failing">
      <h2 id="failing">
        Failing by signature{' '}
        <small>
          last hour{seen}
          {capped}
        </small>
      </h2>
      <div className={styles.list} data-testid="failing">
        <Panel
          state={recent.failed ? 'failed' : recent.signatures.length ? 'ready' : 'empty'}
          height={96}
          message={
            recent.failed ??
            `No failures in the last hour.${recent.total === null ? '' : ` ${formatCount(recent.total)} requests seen.`}`
          }
          action={recent.failed ? <Link href="/sources">Check sources</Link> : undefined}
        >
          {recent.signatures.slice(0, ROWS).map((group) => (
            <Link
              key={group.signature}
              href={`/requests/${encodeURIComponent(group.example)}`}
              prefetch={false}
              className={styles.row}
            >
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
              <span className={styles.go}>example →</span>
            </Link>
          ))}
        </Panel>
      </div>
      {recent.partial.length > 0 && (
        <p role="status">Failures may be missing: {recent.partial.join('; ')}.</p>
      )}
    </section>
  );
}
