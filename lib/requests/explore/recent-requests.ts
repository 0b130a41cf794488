import { AppError } from '@/lib/errors/app-error';
import { OutboundError } from '@/lib/http/outbound-error';
import type { RootSummary } from '@/lib/telemetry/model';
import { sources } from '@/lib/telemetry/sources';
import { fromRfc3339, HOUR_MS, msToNs, SECOND_MS, toRfc3339, type Window } from '@/lib/time/units';
import { withDeadline } from '../discovery/source-deadline';
import { groupBySignature } from '../verdict/signatures';
import type { RecentRequests, RequestSummary } from './contract';
import { parseWindow } from '../view/chosen-window';

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
 * Recent requests by state, with the failed ones grouped by signature. A source that fails costs
 * the list, not the page.
 * @throws AppError invalid_input when the window or the cursor cannot be read
 */
export async function loadRecentRequests(
  query: RecentRequestsQuery,
  signal?: AbortSignal,
): Promise<RecentRequests> {
  const { state, service, limit = DEFAULT_LIMIT } = query;
  const chosen = parseWindow(query.from, query.to) ?? lastHour();
  const window = upToCursor(chosen, query.cursor);
  const { traces } = sources();
  const base = {
    window: { from: toRfc3339(chosen.startNs), to: toRfc3339(chosen.endNs) },
    source: traces.name,
  };
  try {
    const answer = await traces.recent({ state, service, window, limit }, withDeadline(signal));
    const { roots, total } = answer.data;
    return {
      ...base,
      total: total ?? null,
      partial: [...answer.partial],
      requests: roots.map(toRequestSummary),
      signatures: groupBySignature(roots, window),
      failed: null,
      cursor: roots.length >= limit ? toRfc3339(roots.at(-1)!.startNs) : null,
    };
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    return {
      ...base,
      total: null,
      partial: [],
      requests: [],
      signatures: [],
      failed: `${traces.name} did not answer: ${error.message}.`,
      cursor: null,
    };
  }
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
  failed: root.failed,
  status: root.status,
});
