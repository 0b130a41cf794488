/** A request that this browser showed lately; it never leaves the browser. */
export interface RecentRequest {
  readonly id: string;
  readonly state: 'failed' | 'slow' | 'incomplete' | 'succeeded' | 'unknown';
  readonly operation: string;
  readonly durationNs: number;
  readonly seenMs: number;
}

const STORAGE_KEY = 'recent-requests';
const MAX_RECENT = 12;

export function recentRequests(): RecentRequest[] {
  try {
    const known: unknown = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '[]');
    return Array.isArray(known)
      ? (known as RecentRequest[]).filter((each) => typeof each?.id === 'string')
      : [];
  } catch {
    // Storage that is closed or holds something else holds no requests; there is nothing to repair.
    return [];
  }
}

export function rememberRequest(request: Omit<RecentRequest, 'seenMs'>): void {
  try {
    localStorage.setItem(
      STORAGE_KEY,
      JSON.stringify(
        [
          { ...request, seenMs: Date.now() },
          ...recentRequests().filter((each) => each.id !== request.id),
        ].slice(0, MAX_RECENT),
      ),
    );
  } catch {
    // A browser that refuses storage (private windows do) only loses the shortcut.
  }
}
