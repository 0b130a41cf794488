import type { CorrelationId } from '@/lib/correlation-id/grammar';
import { traceIdOf } from '@/lib/correlation-id/spellings';
import { CallBudget } from '@/lib/http/call-budget';
import { VIEW_DEADLINE_MS } from '@/lib/http/outbound';
import { log } from '@/lib/observability/log';
import type { Sources } from '@/lib/telemetry/sources';
import { msToNs, SECOND_MS, type Window } from '@/lib/time/units';
import type { RequestView } from '../contract';
import { correlate, type Correlated } from '../correlation/correlate';
import { addFirstHops } from '../correlation/first-hop';
import type { IncompleteSource, VerdictContext } from '../verdict/finding';
import { determineVerdict } from '../verdict/verdict';
import { missingProducers } from '../verdict/waiting';
import { buildView, type UsualDuration } from '../view/view-model';
import { NO_BASELINE } from './baseline';
import { findOpenEpisodes, type EpisodesDuring } from './open-episodes';
import type { FailureKind } from './similar-failures';
import { RequestContext } from './request-context';
import { planSearch } from './search-plan';
import { SourceLedger } from './source-ledger';
import { measureSweep } from './source-pace';
import { TraceExpansion } from './trace-expansion';

/** Exporters batch: a span comes so long after its end. */
const EXPORT_LAG_MS = 5_000;
/**
 * Calls that one request may cause, whatever it is made of: 500 traces one by one, and far more
 * than the lines and metrics of any request take.
 */
const MAX_CALLS = { traces: 700, logs: 300, metrics: 150, alerts: 20 };
const MAX_CALLS_IN_ALL = 1_000;
/** The context of a request that grows is not loaded again each time, but at last. */
const MAX_EARLY_LOADS = 4;
/** Views that are emitted on the way lie at least so far apart. */
const EMIT_INTERVAL_MS = 30;

export interface CollectOptions {
  readonly nowMs: number;
  readonly searchDays: number;
  /** What an indexed source keeps at most: to claim more would be untrue. */
  readonly keptDays: number;
  /** Chosen by the person, instead of the search. */
  readonly window?: Window | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly episodes?: EpisodesDuring | undefined;
  /** Called with the whole view whenever more of it is known. */
  readonly emit?: (assembled: AssembledRequest) => void;
}

/** The view, and what it was made of. */
export interface AssembledRequest {
  readonly view: RequestView;
  readonly request: Correlated;
  readonly normalNs: UsualDuration;
}

/**
 * Finds and assembles one request (docs/architecture.md): all sources at once, widening windows
 * that go on after the first hit, expansion over logs and links to a fixed point, what lay around
 * it, verdict. Never throws for a source: what failed stands in the ledger.
 */
export function collectRequest(
  id: CorrelationId,
  sources: Sources,
  options: CollectOptions,
): Promise<AssembledRequest> {
  return new RequestCollector(id, sources, options).run();
}

class RequestCollector {
  private readonly signal: AbortSignal;
  private readonly ledgers: Record<'traces' | 'logs' | 'metrics' | 'alerts', SourceLedger>;
  private readonly expansion: TraceExpansion;
  private readonly context: RequestContext;
  private episodes: readonly unknown[] = [];
  private correlated: Correlated = correlate([], []);
  private isStale = false;
  private isComplete = false;
  private earlyLoads = 0;
  private nextEmit: NodeJS.Timeout | undefined;

  constructor(
    private readonly id: CorrelationId,
    private readonly sources: Sources,
    private readonly options: CollectOptions,
  ) {
    const deadline = AbortSignal.timeout(VIEW_DEADLINE_MS);
    this.signal = options.signal ? AbortSignal.any([options.signal, deadline]) : deadline;
    const inAll = new CallBudget(MAX_CALLS_IN_ALL);
    const ledgerOf = (signal: keyof typeof MAX_CALLS, source: string) =>
      new SourceLedger(signal, source, new CallBudget(MAX_CALLS[signal], inAll));
    this.ledgers = {
      traces: ledgerOf('traces', sources.traces.name),
      logs: ledgerOf('logs', sources.logs.name),
      metrics: ledgerOf('metrics', sources.metrics?.name ?? 'Metrics'),
      alerts: ledgerOf('alerts', 'Postgres'),
    };
    this.expansion = new TraceExpansion({
      id,
      sources,
      ledgers: this.ledgers,
      window: options.window,
      nowNs: msToNs(options.nowMs),
      signal: this.signal,
      onFound: () => {
        this.isStale = true;
        this.scheduleEmit();
      },
      onIdle: () => this.loadContextEarly(),
    });
    this.context = new RequestContext({
      sources,
      ledger: this.ledgers.metrics,
      budgets: { traces: this.ledgers.traces.budget, logs: this.ledgers.logs.budget },
      nowMs: options.nowMs,
      signal: this.signal,
      failureKind: () => this.failureKind(),
      onFound: () => this.scheduleEmit(),
    });
  }

  async run(): Promise<AssembledRequest> {
    const { traces, logs, metrics, alerts } = this.ledgers;
    const traceId = traceIdOf(this.id);
    await Promise.all([
      traceId && this.expansion.fetchTrace(traceId),
      this.search('traces', (window) => this.expansion.searchTraces(window)),
      this.search('logs', (window) => this.expansion.searchLines(window)),
    ]);
    this.noteSearchLag();
    this.noteImplausibleTimes();
    traces.close();
    logs.close();
    await Promise.all([this.context.load(this.expansion.spans), this.loadEpisodes()]);
    metrics.close();
    alerts.close();
    clearTimeout(this.nextEmit);
    this.isComplete = true;
    const assembled = this.assemble();
    this.options.emit?.(assembled);
    return assembled;
  }

  private search(signal: 'traces' | 'logs', search: (window: Window) => Promise<void>) {
    const source = this.sources[signal];
    const ledger = this.ledgers[signal];
    const windows = planSearch(source, { id: this.id, ...this.options });
    const onProgress = () => this.scheduleEmit();
    const sweep = ledger.sweep(windows, msToNs(this.options.nowMs), onProgress, search);
    // A chosen window says nothing of how fast a source is with its whole reach.
    if (this.options.window) return sweep;
    return measureSweep(source, () => ledger.hasFailures, sweep, this.options.signal);
  }

  /**
   * Once nothing is on its way, the services are known as far as they can be: their metrics need
   * not wait for the sweep's end.
   */
  private loadContextEarly(): void {
    if (this.earlyLoads >= MAX_EARLY_LOADS) return;
    this.earlyLoads += 1;
    this.context.load(this.expansion.spans).catch((error: unknown) => {
      log().error({ code: 'request_context_failed', error: String(error) }, 'loaded again later');
    });
  }

  private async loadEpisodes(): Promise<void> {
    const { episodes } = this.options;
    if (!episodes) return;
    const { alerts } = this.ledgers;
    this.episodes = await findOpenEpisodes(this.id, this.expansion, episodes, alerts, this.signal);
  }

  /** Spans that are there may not be found yet: said when what was found is that new. */
  private noteSearchLag(): void {
    const { searchLagMs, name } = this.sources.traces;
    const { spans, lines } = this.expansion;
    let newest = 0n;
    for (const { endNs } of spans) if (endNs > newest) newest = endNs;
    for (const { timeNs } of lines) if (timeNs > newest) newest = timeNs;
    const { nowMs } = this.options;
    // A clock that is far ahead is no reason to wait.
    const isAhead = newest >= msToNs(nowMs + searchLagMs);
    if (newest <= msToNs(nowMs - searchLagMs) || isAhead) return;
    this.ledgers.traces.addReason({
      code: 'not_searchable_yet',
      source: name,
      lagSeconds: Math.round(searchLagMs / SECOND_MS),
    });
  }

  private noteImplausibleTimes(): void {
    for (const [ledger, rows] of [
      [this.ledgers.traces, 'spans'],
      [this.ledgers.logs, 'lines'],
    ] as const) {
      const count = this.expansion[rows].filter(({ implausible }) => implausible).length;
      if (count > 0) ledger.addReason({ code: 'implausible_times', rows, count });
    }
  }

  /** Of what failed so far; what is usual plays no part in it. */
  private failureKind(): FailureKind | undefined {
    const request = this.correlate();
    const { signature, state, culprit } = determineVerdict(request, {
      ...NO_BASELINE,
      alike: null,
      settled: false,
      incomplete: [],
      nowOffset: 0,
    });
    const span = request.tree.nodes.find((node) => node.span.spanId === culprit)?.span;
    if (state !== 'failed' || signature === null || !span) return undefined;
    return { signature, service: span.service };
  }

  private correlate(): Correlated {
    if (this.isStale) {
      const { spans, lines } = addFirstHops(this.expansion.spans, this.expansion.lines);
      this.correlated = correlate(spans, lines);
      this.isStale = false;
    }
    return this.correlated;
  }

  private assemble(): AssembledRequest {
    const request = this.correlate();
    const { traces, logs, metrics, alerts } = this.ledgers;
    const { baseline, panels, similar, changes } = this.context;
    const asked = [traces, logs, metrics, ...(this.options.episodes ? [alerts] : [])];
    const ledger = asked.map((each) => each.toEntry());
    const context: VerdictContext = {
      ...baseline,
      alike: similar,
      settled: this.isSettled(request),
      incomplete: [traces, logs].flatMap((each) => incompleteSource(each) ?? []),
      nowOffset: Number(msToNs(this.options.nowMs) - request.originNs),
    };
    const verdict = determineVerdict(request, context);
    const { normalNs } = baseline;
    const view = buildView({
      id: this.id,
      request,
      ledger,
      metrics: panels,
      episodes: this.episodes,
      changes,
      complete: this.isComplete,
      normalNs,
      missing: missingProducers(request, context),
      verdict: { ...verdict, provisional: ledger.some(({ state }) => state === 'searching') },
    });
    return { view, request, normalNs };
  }

  /** Every source answered in full, and long enough ago for late spans to be searchable. */
  private isSettled(request: Correlated): boolean {
    const { traces, logs } = this.ledgers;
    const lagMs = EXPORT_LAG_MS + this.sources.traces.searchLagMs;
    const end = request.originNs + BigInt(Math.round(request.durationNs));
    const isOver = end < msToNs(this.options.nowMs - lagMs);
    return traces.isComplete && logs.isComplete && isOver;
  }

  private scheduleEmit(): void {
    if (!this.options.emit || this.nextEmit) return;
    this.nextEmit = setTimeout(() => {
      this.nextEmit = undefined;
      if (!this.signal.aborted && !this.isComplete) this.options.emit!(this.assemble());
    }, EMIT_INTERVAL_MS);
  }
}

function incompleteSource(ledger: SourceLedger): IncompleteSource | undefined {
  const { source, state } = ledger.toEntry();
  if (state === 'searching' || state === 'partial' || state === 'failed') return { source, state };
  return undefined;
}
