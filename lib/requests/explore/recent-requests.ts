import { AppError } from '@/lib/errors/app-error';
import { OutboundError } from '@/lib/http/outbound-error';
import type { RecentQuery, RootSummary } from '@/lib/telemetry/model';
import { sources } from '@/lib/telemetry/sources';
import { fromRfc3339, HOUR_MS, msToNs, SECOND_MS, toRfc3339, type Window } from '@/lib/time/units';
import { withDeadline } from '../discovery/source-deadline';
import { parseWindow } from '../view/chosen-window';
import type { FailingSignatures, RecentRequests, RequestSummary } from './contract';
import { findFailures } from './failures';

const DEFAULT_LIMIT = 200;

export interface RecentRequestsQuery {
  readonly state: 'failed' | 'slow' | 'all';
  readonly service?: string | undefined;
  /** RFC 3339; the last hour when neither end is given. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Of the page before: the start of its last request. */
  readonly cursor?: string | undefined;
  readonly limit?: number;
}

/**
 * Recent requests by state; with the first page all failures of the window by signature. A source
 * that fails costs the list, not the page.
 * @throws AppError invalid_input when the window or the cursor cannot be read
 */
export async function loadRecentRequests(
  query: RecentRequestsQuery,
  signal?: AbortSignal,
): Promise<RecentRequests> {
  const { state, service, limit = DEFAULT_LIMIT } = query;
  const chosen = parseWindow(query.from, query.to) ?? lastHour();
  const window = upToCursor(chosen, query.cursor);
  const hasFailures = state !== 'slow' && !query.cursor;
  const [list, failures] = await Promise.all([
    loadList({ state, service, window, limit }, signal),
    hasFailures ? loadFailingSignatures(chosen, service, signal) : null,
  ]);
  return {
    window: { from: toRfc3339(chosen.startNs), to: toRfc3339(chosen.endNs) },
    source: sources().traces.name,
    ...list,
    failures,
  };
}

async function loadList(
  query: RecentQuery,
  signal: AbortSignal | undefined,
): Promise<Omit<RecentRequests, 'window' | 'source' | 'failures'>> {
  try {
    const { data, partial } = await sources().traces.recent(query, withDeadline(signal));
    const { roots, total } = data;
    return {
      total: total ?? null,
      partial: [...partial],
      requests: roots.map(toRequestSummary),
      failed: null,
      cursor: roots.length >= query.limit ? toRfc3339(roots.at(-1)!.startNs) : null,
    };
  } catch (error) {
    return {
      total: null,
      partial: [],
      requests: [],
      failed: describeFailure(error),
      cursor: null,
    };
  }
}

/** All failures of a window, the last hour's unless told otherwise, by signature. */
export async function loadFailingSignatures(
  window: Window = lastHour(),
  service?: string,
  signal?: AbortSignal,
): Promise<FailingSignatures> {
  try {
    const { data, partial } = await findFailures(
      sources().traces,
      { window, service },
      withDeadline(signal),
    );
    return {
      total: data.total ?? null,
      failedTotal: data.failedTotal ?? null,
      read: data.requests.length,
      signatures: [...data.signatures],
      partial: [...partial],
      failed: null,
    };
  } catch (error) {
    return {
      total: null,
      failedTotal: null,
      read: 0,
      signatures: [],
      partial: [],
      failed: describeFailure(error),
    };
  }
}

/** Why a source did not answer; what is no failure of a source is thrown on. */
export function describeFailure(error: unknown): string {
  if (!(error instanceof OutboundError)) throw error;
  return `${sources().traces.name} did not answer: ${error.message}.`;
}

function lastHour(): Window {
  const nowMs = Date.now();
  return { startNs: msToNs(nowMs - HOUR_MS), endNs: msToNs(nowMs + SECOND_MS) };
}

function upToCursor(window: Window, cursor: string | undefined): Window {
  if (!cursor) return window;
  const before = fromRfc3339(cursor);
  if (before === undefined) throw new AppError('invalid_input', 'The cursor is not one of ours.');
  return before < window.endNs ? { ...window, endNs: before } : window;
}

export const toRequestSummary = (root: RootSummary): RequestSummary => ({
  correlationId: root.correlationId ?? null,
  traceId: root.traceId,
  service: root.service,
  name: root.name,
  start: toRfc3339(root.startNs),
  durationNs: Number(root.durationNs),
  state: stateOf(root),
  status: root.status,
});

/** Success is said only of what is known to have ended well. */
function stateOf({ outcome, ended }: RootSummary): RequestSummary['state'] {
  if (outcome !== 'good') return outcome;
  return ended ? 'succeeded' : 'unfinished';
}
