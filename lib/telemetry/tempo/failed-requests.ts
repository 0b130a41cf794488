import { OutboundError } from '@/lib/http/outbound-error';
import type { TraceId } from '@/lib/correlation-id/grammar';
import { answerCodeOf } from '../conventions';
import { placeSpans, summarizeCulprit, type CulpritSummary } from '../culprit';
import { failureKindOf } from '../failure-signature';
import type { Answer, CallOptions, FailedRequest, Span } from '../model';
import { explainPartial, type PartialReason } from '../partial-reason';
import { latestVersions } from '../span-identity';
import { culpritOfFound } from './found-culprit';
import type { FoundRequest } from './root-summary';
import type { ExcludedOperation } from './traceql';

/** Traces that a search does not explain are read: so many for one question, a few at once. */
const MAX_TRACES_READ = 400;
const READ_CONCURRENCY = 8;
/** After so long no more are begun, so that what was read is answered before the deadline. */
const MAX_READ_MS = 2_500;
/** What was read of traces that are over is kept for the next question. */
const MAX_REMEMBERED = 10_000;
const OVER_AFTER_MS = 90_000;

/** What a whole trace says of a failed request; null where its root did not fail. */
type Explanation = Pick<FailedRequest, 'outcome' | 'ended' | 'status' | 'culprit'> | null;

type FetchTrace = (traceId: TraceId, options: CallOptions) => Promise<Answer<Span[]>>;

/** Explains found failures, from what the search told where that is enough, else from the traces. */
export class FailureReader {
  private readonly remembered = new Map<TraceId, Explanation>();

  constructor(private readonly fetchTrace: FetchTrace) {}

  /**
   * @param tellsExceptions the search told of exceptions, so that its spans may be enough
   * @returns the requests that failed; without a culprit where there were too many traces to read
   */
  async explain(
    found: readonly FoundRequest[],
    tellsExceptions: boolean,
    options: CallOptions,
  ): Promise<FailedRequest[]> {
    const culprits = new Map<FoundRequest, CulpritSummary | undefined>();
    for (const each of found)
      culprits.set(each, tellsExceptions ? culpritOfFound(each) : undefined);
    const unexplained = found.filter((each) => culprits.get(each) === undefined);
    const read = await this.readTraces(rareFirst(unexplained), options);
    return found.flatMap((each): FailedRequest[] => {
      const { summary } = each;
      const explanation = read.get(summary.traceId);
      if (explanation === null) return [];
      return [{ ...summary, outcome: 'failed', culprit: culprits.get(each), ...explanation }];
    });
  }

  private async readTraces(
    wanted: readonly FoundRequest[],
    options: CallOptions,
  ): Promise<Map<TraceId, Explanation>> {
    const read = new Map<TraceId, Explanation>();
    const waiting: TraceId[] = [];
    for (const { summary } of wanted) {
      const known = this.remembered.get(summary.traceId);
      if (known === undefined) waiting.push(summary.traceId);
      else read.set(summary.traceId, known);
    }
    waiting.splice(MAX_TRACES_READ);
    const until = AbortSignal.timeout(MAX_READ_MS);
    const signal = options.signal ? AbortSignal.any([options.signal, until]) : until;
    const readNext = async (): Promise<void> => {
      for (let id = waiting.shift(); id && !until.aborted; id = waiting.shift()) {
        const explanation = await this.readTrace(id, { ...options, signal });
        if (explanation !== undefined) read.set(id, explanation);
      }
    };
    await Promise.all(Array.from({ length: READ_CONCURRENCY }, readNext));
    return read;
  }

  /** Undefined where the trace cannot be read: the answer says how many were not. */
  private async readTrace(
    traceId: TraceId,
    options: CallOptions,
  ): Promise<Explanation | undefined> {
    const spans = await this.fetchTrace(traceId, options).then(
      ({ data, partial }) => (partial.length > 0 ? [] : latestVersions(data)),
      (error: unknown) => {
        if (error instanceof OutboundError) return [];
        throw error;
      },
    );
    const explanation = explainTrace(spans);
    if (explanation !== undefined && isOver(spans)) this.remember(traceId, explanation);
    return explanation;
  }

  private remember(traceId: TraceId, explanation: Explanation): void {
    this.remembered.set(traceId, explanation);
    if (this.remembered.size <= MAX_REMEMBERED) return;
    for (const oldest of this.remembered.keys()) {
      this.remembered.delete(oldest);
      return;
    }
  }
}

function explainTrace(spans: readonly Span[]): Explanation | undefined {
  const root = placeSpans(spans).find(({ parent }) => parent < 0)?.span;
  if (!root) return undefined;
  if (root.outcome !== 'failed') return null;
  const { service, name, outcome, ended } = root;
  return {
    outcome,
    ended,
    status: answerCodeOf(root) ?? root.statusMessage,
    culprit: summarizeCulprit(spans) ?? { service, name, errorType: failureKindOf(root) },
  };
}

/** No more spans of it are to be expected. */
const isOver = (spans: readonly Span[]): boolean => {
  const newestMs = Math.max(...spans.map(({ endNs }) => Number(endNs / 1_000_000n)));
  return newestMs < Date.now() - OVER_AFTER_MS;
};

/** Each kind gives one in turn, so that rare ones are among the first. */
function rareFirst(found: readonly FoundRequest[]): FoundRequest[] {
  const kinds = [...Map.groupBy(found, kindOf).values()];
  const turns = Math.max(0, ...kinds.map((kind) => kind.length));
  return Array.from({ length: turns }, (_, turn) =>
    kinds.flatMap((kind) => kind.slice(turn, turn + 1)),
  ).flat();
}

/** What failed where, as far as the search told. */
function kindOf({ summary, places }: FoundRequest): string {
  const failed = places
    .filter(({ span }) => span.outcome !== 'good')
    .map(({ span }) => [span.service, span.name, failureKindOf(span)].join('\n'));
  return [summary.service, summary.name, ...new Set(failed.toSorted())].join('\n');
}

/** A message is taken after its sender was answered: it decides only where nothing else failed. */
const isConsumer = ({ root }: FoundRequest): boolean => root?.kind === 'consumer';

/**
 * One of each request that failed in several traces: of its first failed operation the last
 * attempt.
 */
export function onePerRequest(found: readonly FoundRequest[]): FoundRequest[] {
  const requests = Map.groupBy(found, ({ summary }) => summary.correlationId ?? summary.traceId);
  return [...requests.values()].map((traces) => {
    const ordered = traces.toSorted(
      (a, b) =>
        Number(isConsumer(a)) - Number(isConsumer(b)) ||
        Number(a.summary.startNs - b.summary.startNs),
    );
    const first = ordered[0]!;
    if (isConsumer(first)) return first;
    return ordered.findLast(
      (each) =>
        !isConsumer(each) &&
        each.summary.service === first.summary.service &&
        each.summary.name === first.summary.name,
    )!;
  });
}

/** The operation that most of them began with. @param found at least one */
export function mostFrequentOperation(found: readonly FoundRequest[]): ExcludedOperation {
  const operations = Map.groupBy(found, ({ summary }) => `${summary.service}\n${summary.name}`);
  const [most] = [...operations.values()].toSorted((a, b) => b.length - a.length);
  return most![0]!.summary;
}

/** What counts of these requests leave out. */
export function limitsOf(
  requests: readonly FailedRequest[],
  isComplete: boolean,
  failedTotal: number | undefined,
): PartialReason[] {
  const read = requests.length;
  const unread = requests.filter(({ culprit }) => culprit === undefined).length;
  const of = failedTotal ?? null;
  return [
    ...(isComplete ? [] : [explainPartial({ code: 'failures_sampled', read, of })]),
    ...(unread > 0 ? [explainPartial({ code: 'causes_unread', count: unread, of: read })] : []),
  ];
}
