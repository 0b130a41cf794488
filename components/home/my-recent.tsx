'use client';

import Link from 'next/link';
import { useSyncExternalStore } from 'react';
import { Glyph } from '@/components/ui/glyph';
import { formatAgo, formatDuration } from '@/lib/time/format';
import { recentRequests, type RecentRequest } from '@/components/shell/recent-requests';
import styles from './home.module.css';

const ROWS = 3;
const NONE: RecentRequest[] = [];
let read: { at: number; requests: RecentRequest[] } | undefined;

/** Read once a visit: the list must not jump while it is looked at. */
function snapshot(): RecentRequest[] {
  read ??= { at: Date.now(), requests: recentRequests() };
  return read.requests;
}

function subscribe(): () => void {
  return () => (read = undefined);
}

export function MyRecent() {
  const requests = useSyncExternalStore(subscribe, snapshot, () => NONE);
  if (requests.length === 0) return null;
  return (
    <section className={styles.section} aria-labelledby="my-recent">
      <h2 id="my-recent">My recent</h2>
      <div className={styles.list}>
        {requests.slice(0, ROWS).map((request) => (
          <Link
            key={request.id}
            href={`/requests/${encodeURIComponent(request.id)}`}
            prefetch={false}
            className={`${styles.row} ${styles.recent}`}
          >
            <Glyph state={request.state} inline />
            <span className="mono">{request.id}</span>
            <span className={`${styles.soft} ${styles.operation}`}>
              {request.operation} · {formatDuration(request.durationNs)}
            </span>
            <span className={styles.when}>
              {formatAgo(request.seenMs, read?.at ?? request.seenMs)}
            </span>
          </Link>
        ))}
      </div>
    </section>
  );
}
