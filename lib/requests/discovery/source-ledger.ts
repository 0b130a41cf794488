import { OutboundError, SOURCE_DEADLINE_MS, type FailureReason } from '@/lib/http/outbound';
import { metrics } from '@/lib/observability/metrics';
import type { Answer, CallOptions } from '@/lib/telemetry/model';
import { formatDuration } from '@/lib/time/format';
import { toRfc3339, type Window } from '@/lib/time/units';
import type { LedgerEntry } from '../contract';

/** Slices of one sweep under way at the same time. */
const SLICES_AT_ONCE = 2;

const WORDS: Record<FailureReason, string> = {
  timeout: `timed out after ${SOURCE_DEADLINE_MS / 1000} s`,
  unavailable: 'cannot be reached',
  unauthorized: 'refused our credentials',
  bad_query: 'did not accept the query',
  too_large: 'has more than can be read',
  rate_limited: 'asks for fewer queries',
  protocol: 'answered something that cannot be read',
  cancelled: 'was no longer waited for',
};

/** The ledger of one source while a request is gathered: what was asked, how it went, how far to trust it. */
export class SourceLedger {
  rows = 0;
  private readonly started = performance.now();
  private readonly reasons = new Set<string>();
  private deadline: AbortSignal | undefined;
  private tookMs = 0;
  private answers = 0;
  private failures = 0;
  private state: 'open' | 'skipped' | 'closed' = 'open';
  private window: { startNs: bigint; endNs: bigint } | null = null;
  private searchedBack: string | null = null;

  constructor(
    private readonly signalName: LedgerEntry['signal'],
    private readonly source: string,
  ) {}

  /** Makes one call within the source's deadline. A failure is written down and answered with undefined. */
  async call<Data>(
    signal: AbortSignal,
    call: (options: CallOptions) => Promise<Answer<Data>>,
  ): Promise<Answer<Data> | undefined> {
    this.deadline ??= AbortSignal.timeout(SOURCE_DEADLINE_MS);
    const began = performance.now();
    let outcome: string = 'ok';
    try {
      const answer = await call({ signal: AbortSignal.any([signal, this.deadline]) });
      this.answers += 1;
      for (const reason of answer.partial) this.reasons.add(reason);
      return answer;
    } catch (error) {
      if (!(error instanceof OutboundError)) throw error;
      const reason = this.deadline.aborted ? 'timeout' : error.reason;
      outcome = reason;
      this.failures += 1;
      const detail = reason === 'timeout' || reason === 'cancelled' ? '' : `: ${error.message}`;
      this.reasons.add(`${this.source} ${WORDS[reason]}${detail}`);
      return undefined;
    } finally {
      this.tookMs = performance.now() - this.started;
      metrics().sourceDuration.observe(
        { source: this.source, signal: this.signalName, outcome },
        (performance.now() - began) / 1000,
      );
    }
  }

  /** Works through the slices in order, a few at a time; `progress` is called as each is done. */
  async sweep(
    slices: readonly Window[],
    nowNs: bigint,
    progress: () => void,
    work: (slice: Window) => Promise<void>,
  ): Promise<void> {
    const waiting = [...slices];
    const next = async (): Promise<void> => {
      for (let slice = waiting.shift(); slice; slice = waiting.shift()) {
        const age = Number(nowNs - slice.startNs);
        this.searchedBack = formatDuration(age);
        await work(slice);
        this.addWindow(slice);
        progress();
      }
    };
    await Promise.all(Array.from({ length: SLICES_AT_ONCE }, next));
    this.searchedBack = null;
  }

  addWindow(window: Window): void {
    this.window = {
      startNs:
        this.window && this.window.startNs < window.startNs ? this.window.startNs : window.startNs,
      endNs: this.window && this.window.endNs > window.endNs ? this.window.endNs : window.endNs,
    };
  }

  /** Why this may not be all, beside what the source itself says. */
  addReason(reason: string): void {
    this.reasons.add(reason);
  }

  skip(reason: string): void {
    this.state = 'skipped';
    if (reason) this.reasons.add(reason);
  }

  close(): void {
    if (this.state === 'open') this.state = 'closed';
  }

  /** Some call came to nothing. */
  get hasFailures(): boolean {
    return this.failures > 0;
  }

  /** Closed, and every call was answered in full. */
  get isComplete(): boolean {
    return this.state === 'closed' && this.failures === 0 && this.reasons.size === 0;
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
      sweeping: this.state === 'open' ? this.searchedBack : null,
      tookMs: Math.round(this.tookMs * 10) / 10,
      rows: this.rows,
      reasons: [...this.reasons].slice(0, 8),
    };
  }

  private currentState(): LedgerEntry['state'] {
    if (this.state === 'skipped') return 'skipped';
    if (this.failures > 0 && this.rows === 0 && (this.state === 'closed' || this.answers === 0))
      return 'failed';
    if (this.state === 'open') return 'searching';
    if (this.reasons.size > 0) return 'partial';
    return this.rows > 0 ? 'ok' : 'empty';
  }
}
