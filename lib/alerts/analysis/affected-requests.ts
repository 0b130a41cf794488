import { OutboundError } from '@/lib/http/outbound-error';
import { SOURCE_DEADLINE_MS } from '@/lib/http/outbound';
import { log } from '@/lib/observability/log';
import type { SignatureGroup } from '@/lib/requests/explore/contract';
import { findFailures } from '@/lib/requests/explore/failures';
import { groupByOperation, signatureOfOperation } from '@/lib/requests/verdict/operation-groups';
import { signatureOfRequest } from '@/lib/requests/verdict/signatures';
import type { RecentQuery, RootSummary } from '@/lib/telemetry/model';
import { explainPartial, type PartialReason } from '@/lib/telemetry/partial-reason';
import type { RuleSubject, RuleSubjectKind } from '@/lib/telemetry/prometheus/rule-subject';
import { sources } from '@/lib/telemetry/sources';
import { msToNs, SECOND_MS, type Window } from '@/lib/time/units';

const MAX_REQUESTS = 500;

/** Which requests are meant: those that a rule about this counts of a service. */
export interface AffectedBy {
  readonly service: string;
  readonly subject: RuleSubject;
}

export interface AffectedRequest {
  readonly signature: string;
  readonly root: RootSummary;
}

export interface AffectedRequests {
  readonly window: Window;
  readonly signatures: readonly SignatureGroup[];
  /** Newest first. */
  readonly requests: readonly AffectedRequest[];
  readonly partial: readonly PartialReason[];
}

/** How the signatures of requests end that did not have to fail. */
export const NOT_FAILED = { slow: 'slow', any: 'call missing' } as const;

/** It groups requests that failed, not slow ones or whichever came by. */
export const isFailure = ({ errorType }: Pick<SignatureGroup, 'errorType'>): boolean =>
  !Object.values<string>(NOT_FAILED).includes(errorType);

type CriterionName = 'failed' | 'slow' | 'any';

/** Where it is not known what the rule counts: whatever may have harmed somebody. */
const CRITERIA: Readonly<Record<RuleSubjectKind, readonly CriterionName[]>> = {
  failures: ['failed'],
  retries: ['failed'],
  slow_requests: ['slow'],
  missing_calls: ['any'],
  infrastructure: [],
  unreadable: ['failed', 'slow'],
};

/** Beside what failed: by what the requests are found that did not have to. */
function queryOf(
  name: 'slow' | 'any',
  { service, subject }: AffectedBy,
): Pick<RecentQuery, 'state' | 'spanFilter'> {
  if (name === 'any') return { state: 'all', spanFilter: { service } };
  if (subject.thresholdMs === null) return { state: 'slow', spanFilter: { service } };
  return { state: 'all', spanFilter: { service, minDurationNs: msToNs(subject.thresholdMs) } };
}

/**
 * The requests that a rule counts: those that failed by a span of the service, those in which one of
 * its spans took longer than the rule allows, or those that came by it at all.
 * @throws OutboundError
 */
export async function findAffectedRequests(
  by: AffectedBy,
  fromMs: number,
  toMs: number,
  signal?: AbortSignal,
): Promise<AffectedRequests> {
  const window: Window = { startNs: msToNs(fromMs), endNs: msToNs(toMs + SECOND_MS) };
  const deadline = AbortSignal.timeout(SOURCE_DEADLINE_MS);
  const found = await Promise.all(
    CRITERIA[by.subject.kind].map((name) =>
      findByCriterion(name, by, window, signal ? AbortSignal.any([signal, deadline]) : deadline),
    ),
  );
  return {
    window,
    requests: found
      .flatMap(({ requests }) => requests)
      .sort((a, b) => Number(b.root.startNs - a.root.startNs)),
    signatures: found.flatMap(({ signatures }) => signatures),
    partial: found.flatMap(({ partial }) => partial),
  };
}

type Found = Omit<AffectedRequests, 'window'>;

const findByCriterion = (
  name: CriterionName,
  by: AffectedBy,
  window: Window,
  signal: AbortSignal,
): Promise<Found> =>
  name === 'failed' ? findFailed(by.service, window, signal) : findOthers(name, by, window, signal);

async function findFailed(service: string, window: Window, signal: AbortSignal): Promise<Found> {
  const { data, partial } = await findFailures(
    sources().traces,
    { spanFilter: { service, failed: true }, window },
    { signal },
  );
  return {
    requests: data.requests.map((root) => ({ root, signature: signatureOfRequest(root) })),
    signatures: data.signatures,
    partial,
  };
}

async function findOthers(
  name: 'slow' | 'any',
  by: AffectedBy,
  window: Window,
  signal: AbortSignal,
): Promise<Found> {
  const what = NOT_FAILED[name];
  const { data, partial } = await sources().traces.recent(
    { ...queryOf(name, by), window, limit: MAX_REQUESTS },
    { signal },
  );
  const isCut = data.roots.length >= MAX_REQUESTS;
  const cut = { code: 'row_limit', kept: 'newest', rows: 'requests', limit: MAX_REQUESTS } as const;
  return {
    requests: data.roots.map((root) => ({ root, signature: signatureOfOperation(root, what) })),
    signatures: groupByOperation(data.roots, window, what),
    partial: isCut ? [...partial, explainPartial(cut)] : partial,
  };
}

/**
 * What failed in a service from a moment on; undefined where the traces do not answer, or not in
 * full of a time that is over.
 */
export async function countFailures(
  by: AffectedBy,
  sinceMs: number,
  untilMs = Date.now(),
): Promise<readonly SignatureGroup[] | undefined> {
  if (sinceMs >= untilMs) return [];
  try {
    const affected = await findAffectedRequests(by, sinceMs, untilMs);
    return affected.partial.length && untilMs < Date.now() ? undefined : affected.signatures;
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    log().warn(
      { service: by.service, reason: error.reason },
      'affected requests could not be counted',
    );
    return undefined;
  }
}
