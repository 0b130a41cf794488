import type { CallBudget } from '@/lib/http/call-budget';
import { OutboundError, type FailureReason } from '@/lib/http/outbound-error';
import { SOURCE_DEADLINE_MS } from '@/lib/http/outbound';
import { metrics } from '@/lib/observability/metrics';
import type { Answer, CallOptions } from '@/lib/telemetry/model';
import { formatDuration } from '@/lib/time/format';
import { toRfc3339, type Window } from '@/lib/time/units';
import type { LedgerEntry } from '../contract';
import {
  explainLedgerReason,
  type LedgerCause,
  type LedgerReason,
  type SourceFailure,
} from './ledger-reason';

/** Slices of one sweep under way at the same time. */
const SLICES_AT_ONCE = 2;
const MAX_REASONS = 8;
/** The sentence says it all: what the connection added is our own doing. */
const WITHOUT_DETAIL: ReadonlySet<FailureReason> = new Set(['timeout', 'cancelled']);

interface FailedCalls {
  readonly failure: SourceFailure;
  readonly detail: string;
  readonly calls: number;
}

/** Reasons that say something of the answer, but not that some of it is missing. */
const WHOLE_ALL_THE_SAME: ReadonlySet<LedgerReason['code']> = new Set(['implausible_times']);

/**
 * The ledger of one source while a request is collected: what was asked, how it went, how far to
 * trust it.
 */
export class SourceLedger {
  rows = 0;
  private readonly startedMs = performance.now();
  /** By sentence: the same reason is given once, however many calls met it. */
  private readonly reasons = new Map<string, LedgerReason>();
  private deadline: AbortSignal | undefined;
  private tookMs = 0;
  private answers = 0;
  /** By how they failed, and what was said. */
  private readonly failures = new Map<string, FailedCalls>();
  private phase: 'open' | 'skipped' | 'closed' = 'open';
  private window: { startNs: bigint; endNs: bigint } | null = null;
  private searchedBack: string | null = null;

  constructor(
    private readonly signalName: LedgerEntry['signal'],
    private readonly source: string,
    /** What every call to the source counts against. */
    readonly budget: CallBudget,
  ) {}

  /**
   * Makes one call within the source's deadline. A failure is written down and answered with
   * undefined.
   */
  async call<Data>(
    signal: AbortSignal,
    send: (options: CallOptions) => Promise<Answer<Data>>,
  ): Promise<Answer<Data> | undefined> {
    this.deadline ??= AbortSignal.timeout(SOURCE_DEADLINE_MS);
    const startedMs = performance.now();
    let outcome: 'ok' | FailureReason = 'ok';
    try {
      const answer = await send({
        signal: AbortSignal.any([signal, this.deadline]),
        budget: this.budget,
      });
      this.answers += 1;
      answer.partial.forEach((reason) => this.record(reason));
      return answer;
    } catch (error) {
      if (!(error instanceof OutboundError)) throw error;
      outcome = this.deadline.aborted ? 'timeout' : error.reason;
      this.addFailure(outcome, error.message);
      return undefined;
    } finally {
      this.tookMs = performance.now() - this.startedMs;
      metrics().sourceDuration.observe(
        { source: this.source, signal: this.signalName, outcome },
        (performance.now() - startedMs) / 1000,
      );
    }
  }

  private addFailure(failure: FailureReason, message: string): void {
    const { source } = this;
    if (failure === 'call_limit') {
      this.addReason({ code: 'calls_limit', source, limit: this.budget.limit });
      return;
    }
    const detail = WITHOUT_DETAIL.has(failure) ? '' : message;
    const key = `${failure}\n${detail}`;
    const calls = (this.failures.get(key)?.calls ?? 0) + 1;
    this.failures.set(key, { failure, detail, calls });
  }

  /** Worded at last: how many other calls were answered is not known before. */
  private failureReasons(): LedgerReason[] {
    const { source, answers: answered } = this;
    return [...this.failures.values()].map((failed) =>
      explainLedgerReason({ code: 'source_failed', source, answered, ...failed }),
    );
  }

  /** Works through the slices in order, a few at a time; `onProgress` is called as each is done. */
  async sweep(
    slices: readonly Window[],
    nowNs: bigint,
    onProgress: () => void,
    search: (slice: Window) => Promise<void>,
  ): Promise<void> {
    const waiting = [...slices];
    const searchNext = async (): Promise<void> => {
      for (let slice = waiting.shift(); slice; slice = waiting.shift()) {
        this.searchedBack = formatDuration(Number(nowNs - slice.startNs));
        await search(slice);
        this.addWindow(slice);
        onProgress();
      }
    };
    await Promise.all(Array.from({ length: SLICES_AT_ONCE }, searchNext));
    this.searchedBack = null;
  }

  /** Widens what was asked by a window. */
  addWindow({ startNs, endNs }: Window): void {
    this.window = {
      startNs: this.window && this.window.startNs < startNs ? this.window.startNs : startNs,
      endNs: this.window && this.window.endNs > endNs ? this.window.endNs : endNs,
    };
  }

  /** Why this may not be all, beside what the source itself says. */
  addReason(cause: LedgerCause): void {
    this.record(explainLedgerReason(cause));
  }

  /** The source is not asked at all, for this reason. */
  skip(cause: LedgerCause): void {
    this.phase = 'skipped';
    this.addReason(cause);
  }

  /** Nothing more will be asked. */
  close(): void {
    if (this.phase === 'open') this.phase = 'closed';
  }

  /** Some call came to nothing. */
  get hasFailures(): boolean {
    return this.failures.size > 0;
  }

  /** Closed, and every call was answered in full. */
  get isComplete(): boolean {
    return this.phase === 'closed' && !this.hasFailures && !this.isPartial;
  }

  toEntry(): LedgerEntry {
    return {
      signal: this.signalName,
      source: this.source,
      state: this.currentState(),
      window: this.window && {
        from: toRfc3339(this.window.startNs),
        to: toRfc3339(this.window.endNs),
      },
      sweeping: this.phase === 'open' ? this.searchedBack : null,
      tookMs: Math.round(this.tookMs * 10) / 10,
      rows: this.rows,
      reasons: [...this.failureReasons(), ...this.reasons.values()].slice(0, MAX_REASONS),
    };
  }

  private get isPartial(): boolean {
    return [...this.reasons.values()].some(({ code }) => !WHOLE_ALL_THE_SAME.has(code));
  }

  private record(reason: LedgerReason): void {
    if (!this.reasons.has(reason.sentence)) this.reasons.set(reason.sentence, reason);
  }

  private currentState(): LedgerEntry['state'] {
    if (this.phase === 'skipped') return 'skipped';
    if (this.hasFailures && this.answers === 0) return 'failed';
    if (this.phase === 'open') return 'searching';
    if (this.hasFailures || this.isPartial) return 'partial';
    return this.rows > 0 ? 'ok' : 'empty';
  }
}
