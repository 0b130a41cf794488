import Link from 'next/link';
import type { Heartbeat } from '@/lib/alerts/contract';
import styles from './alerts.module.css';

/** Alerts may be missing: why, at the top, and where to check. */
export function HeartbeatBanner({
  heartbeat,
  lostAt,
}: {
  heartbeat: Heartbeat;
  lostAt: string | null;
}) {
  const sentences = [
    ...heartbeat.sentences,
    ...(lostAt ? [`Live updates lost ${lostAt} UTC. Retrying.`] : []),
  ];
  if (sentences.length === 0) return null;
  return (
    <div className={styles.banner} role="alert">
      <span aria-hidden>◌</span>
      <p>{sentences.join(' ')}</p>
      <Link href="/sources">Sources</Link>
    </div>
  );
}
