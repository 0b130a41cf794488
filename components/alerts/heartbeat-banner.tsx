import Link from 'next/link';
import type { Heartbeat } from '@/lib/alerts/contract';
import styles from './heartbeat-banner.module.css';

const streamLost = (lostAt: string) => `Live updates lost ${lostAt} UTC. Retrying.`;

/** Alerts may be missing: why, at the top, and where to check. */
export function HeartbeatBanner({
  heartbeat,
  lostAt,
}: {
  heartbeat: Heartbeat;
  lostAt: string | null;
}) {
  const sentences = lostAt ? [...heartbeat.sentences, streamLost(lostAt)] : heartbeat.sentences;
  if (sentences.length === 0) return null;
  return (
    <div className={styles.banner} role="alert">
      <span aria-hidden>◌</span>
      <p>{sentences.join(' ')}</p>
      <Link href="/sources">Sources</Link>
    </div>
  );
}

/** What is shown may be old: the portal is not heard since `lostAt` (UTC). */
export function StreamLostBanner({ lostAt }: { lostAt: string | null }) {
  if (lostAt === null) return null;
  return (
    <div className={styles.banner} role="alert">
      <span aria-hidden>◌</span>
      <p>{streamLost(lostAt)}</p>
    </div>
  );
}
