import Link from 'next/link';
import { Glyph } from '@/components/ui/glyph';
import { LinkRow, ListSection } from '@/components/ui/list-section';
import { Panel } from '@/components/ui/panel';
import { Sparkline } from '@/components/ui/sparkline';
import { Stripe } from '@/components/ui/stripe';
import type { FailingSignatures as Failures } from '@/lib/requests/explore/contract';
import { formatCount, formatCounted } from '@/lib/time/format';
import styles from './home.module.css';

const ROWS = 8;

/** What breaks: failed requests of the last hour by signature. */
export function FailingSignatures({ failures }: { failures: Failures }) {
  const { signatures, total, failed, partial } = failures;
  const services = [...new Set(signatures.map((group) => group.service))].toSorted();
  const seen = total === null ? undefined : `${formatCounted(total, 'request')} seen`;
  return (
    <div>
      <ListSection
        id="failing"
        title="Failing by signature"
        note={['last hour', seen, failedOf(failures), hiddenOf(failures)]
          .filter(Boolean)
          .join(', ')}
      >
        <Panel
          state={stateOf(failures)}
          height={96}
          message={failed ?? noFailuresText(partial.length > 0, seen)}
          action={failed ? <Link href="/sources">Check sources</Link> : undefined}
        >
          {signatures.slice(0, ROWS).map((group) => (
            <SignatureRow key={group.signature} group={group} services={services} />
          ))}
        </Panel>
      </ListSection>
      {partial.length > 0 && (
        <p role="status">
          Failures may be missing: {partial.map(({ sentence }) => sentence).join('; ')}.
        </p>
      )}
    </div>
  );
}

/** None of those that were read is not none at all. */
function noFailuresText(isPartial: boolean, seen: string | undefined): string {
  const where = isPartial ? 'in what was read of the last hour' : 'in the last hour';
  return `No failures ${where}.${seen === undefined ? '' : ` ${seen}.`}`;
}

/** How many failed; where not all were read, of how many the counts are. */
function failedOf({ failedTotal, read }: Failures): string | undefined {
  if (failedTotal === null) return undefined;
  if (read < failedTotal)
    return `${formatCount(read)} of ${formatCounted(failedTotal, 'failure')} read`;
  return `${formatCount(failedTotal)} failed`;
}

/** The rows that have no room are said, not dropped. */
function hiddenOf({ signatures }: Failures): string | undefined {
  const hidden = signatures.length - ROWS;
  return hidden > 0 ? `${formatCount(hidden)} rarer signatures not shown` : undefined;
}

function stateOf({ failed, signatures }: Failures): 'failed' | 'ready' | 'empty' {
  if (failed) return 'failed';
  return signatures.length > 0 ? 'ready' : 'empty';
}

function SignatureRow({
  group,
  services,
}: {
  group: Failures['signatures'][number];
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
