/** The requests this browser looked at last; they never leave it. */
export interface RecentRequest {
  readonly id: string;
  readonly state: 'failed' | 'slow' | 'incomplete' | 'succeeded' | 'unknown';
  readonly operation: string;
  readonly durationNs: number;
  readonly seenMs: number;
}

const KEY = 'recent-requests';
const KEPT = 12;

export function recentRequests(): RecentRequest[] {
  try {
    const known: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(known)
      ? (known as RecentRequest[]).filter((each) => typeof each?.id === 'string')
      : [];
  } catch {
    return [];
  }
}

export function rememberRecent(request: Omit<RecentRequest, 'seenMs'>): void {
  try {
    localStorage.setItem(
      KEY,
      JSON.stringify(
        [
          { ...request, seenMs: Date.now() },
          ...recentRequests().filter((each) => each.id !== request.id),
        ].slice(0, KEPT),
      ),
    );
  } catch {
    // A browser that stores nothing forgets.
  }
}
