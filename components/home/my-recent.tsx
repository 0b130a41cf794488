'use client';

import { useSyncExternalStore } from 'react';
import { recentRequests, type RecentRequest } from '@/components/shell/recent-requests';
import { Glyph } from '@/components/ui/glyph';
import { LinkRow, ListSection } from '@/components/ui/list-section';
import { formatAgo, formatDuration } from '@/lib/time/format';
import styles from './home.module.css';

const ROWS = 3;
const NONE: RecentRequest[] = [];
let snapshot: { at: number; requests: RecentRequest[] } | undefined;

/** Read once a visit: the list must not jump while somebody reads it. */
function readSnapshot(): RecentRequest[] {
  snapshot ??= { at: Date.now(), requests: recentRequests() };
  return snapshot.requests;
}

/** Nothing tells of changes; whoever comes back reads anew. */
function subscribe(): () => void {
  return () => (snapshot = undefined);
}

/** The requests that this browser showed lately. */
export function MyRecent() {
  const requests = useSyncExternalStore(subscribe, readSnapshot, () => NONE);
  if (requests.length === 0) return null;
  return (
    <ListSection id="my-recent" title="My recent">
      {requests.slice(0, ROWS).map((request) => (
        <LinkRow
          key={request.id}
          href={`/requests/${encodeURIComponent(request.id)}`}
          className={styles.recent}
        >
          <Glyph state={request.state} inline />
          <span className="mono">{request.id}</span>
          <span className={`${styles.soft} ${styles.operation}`}>
            {request.operation} · {formatDuration(request.durationNs)}
          </span>
          <span className={styles.when}>
            {formatAgo(request.seenMs, snapshot?.at ?? request.seenMs)}
          </span>
        </LinkRow>
      ))}
    </ListSection>
  );
}
