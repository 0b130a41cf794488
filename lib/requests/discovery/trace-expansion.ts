import {
  asCorrelationId,
  CORRELATION_ATTRIBUTE,
  type CorrelationId,
  type TraceId,
} from '@/lib/correlation-id/grammar';
import { canonicalId } from '@/lib/correlation-id/spellings';
import type { LogLine, Span, TraceHit } from '@/lib/telemetry/model';
import type { Sources } from '@/lib/telemetry/sources';
import { padded, type Window } from '@/lib/time/units';
import { CONTEXT_MS } from '../view/axis';
import {
  isPlausibleTime,
  placeImplausibleTimes,
  type Telemetry,
} from '../correlation/implausible-times';
import type { SourceLedger } from './source-ledger';
import { groupTracesByTime, windowOfSpans, type FetchedTrace } from './trace-windows';

const MAX_TRACES = 500;
/** Traces that are only linked to; a batch consumer may link to thousands. */
const MAX_LINKED = 20;
/** A business number may name many requests, each with a correlation id of its own. */
const MAX_RELATED_IDS = 5;

export interface ExpansionOptions {
  readonly id: CorrelationId;
  readonly sources: Pick<Sources, 'traces' | 'logs'>;
  readonly ledgers: { readonly traces: SourceLedger; readonly logs: SourceLedger };
  /** Only what lies in it is kept. */
  readonly window: Window | undefined;
  readonly nowNs: bigint;
  readonly signal: AbortSignal;
  /** More spans or lines are known. */
  readonly onFound: () => void;
  /** For now no trace is on its way. */
  readonly onIdle: () => void;
}

/**
 * Everything that carries one id, expanded to a fixed point: trace ids in log lines are fetched,
 * links are followed, traces bring their log lines, and a request that was found by another of its
 * ids brings what carries its correlation id. Every bound that is hit stands in the ledger.
 */
export class TraceExpansion {
  private readonly spansByTrace = new Map<TraceId, readonly Span[]>();
  private readonly linesById = new Map<string, LogLine>();
  private readonly requestedTraces = new Set<TraceId>();
  /** One spelling each. */
  private readonly requestedIds: Set<string>;
  /** Of what was found so far; undefined when more was found since. */
  private placed: Telemetry | undefined;
  private isCorrelationId = false;
  private linkedCount = 0;
  private fetching = 0;

  constructor(private readonly options: ExpansionOptions) {
    this.requestedIds = new Set([canonicalId(options.id)]);
  }

  get spans(): readonly Span[] {
    return this.telemetry.spans;
  }

  get lines(): readonly LogLine[] {
    return this.telemetry.lines;
  }

  /** What was found, with what has no true time set apart. */
  private get telemetry(): Telemetry {
    this.placed ??= placeImplausibleTimes(
      { spans: [...this.spansByTrace.values()].flat(), lines: [...this.linesById.values()] },
      this.options.nowNs,
    );
    return this.placed;
  }

  get traceIds(): ReadonlySet<TraceId> {
    return new Set(this.spansByTrace.keys());
  }

  /** Searches a window for traces that carry the id, and expands them. */
  async searchTraces(window: Window): Promise<void> {
    const answer = await this.findTraces(this.options.id, window);
    await this.expand(answer?.data ?? [], true);
  }

  /** Searches a window for log lines that carry the id, and expands them. */
  async searchLines(window: Window): Promise<void> {
    const answer = await this.findLines(this.options.id, window);
    if (answer) await this.addLines(answer.data);
  }

  /** Reads one trace by its id, and expands it. */
  fetchTrace(traceId: TraceId): Promise<void> {
    return this.expand([{ traceId }], false);
  }

  /**
   * Reads traces that were not read yet, then what they lead to: their lines, the traces they link
   * to, and, of traces that were found by this id, the correlation ids they carry instead of it.
   * (A linked trace has an id of its own: that is another request.)
   */
  private async expand(hits: readonly TraceHit[], carryTheId: boolean): Promise<void> {
    const fetched = (await Promise.all(hits.map((hit) => this.read(hit)))).flat();
    if (fetched.length === 0) return;
    const spans = fetched.flatMap((trace) => trace.spans);
    const linked = this.takeLinked(spans);
    if (this.fetching === 0 && linked.length === 0) this.options.onIdle();
    const timed = fetched.filter((trace) => this.isTimed(trace));
    const relatedIds = carryTheId && timed.length > 0 ? this.takeRelatedIds(spans) : [];
    await Promise.all([
      this.searchLinesOf(timed),
      ...relatedIds.map((id) => this.searchRelated(id, timed)),
      this.expand(
        linked.map((traceId) => ({ traceId })),
        false,
      ),
    ]);
  }

  private async read({ traceId, spans: known }: TraceHit): Promise<FetchedTrace[]> {
    if (this.requestedTraces.has(traceId)) return [];
    const { sources, ledgers, signal } = this.options;
    if (this.requestedTraces.size >= MAX_TRACES) {
      ledgers.traces.addReason({ code: 'traces_limit', limit: MAX_TRACES });
      return [];
    }
    this.requestedTraces.add(traceId);
    this.fetching += 1;
    const read =
      known ??
      (await ledgers.traces.call(signal, (call) => sources.traces.fetch(traceId, call)))?.data;
    this.fetching -= 1;
    const placed = placeImplausibleTimes(
      { spans: read ?? [], lines: [] },
      this.options.nowNs,
    ).spans;
    const spans = this.insideWindow(placed, (span) => span.startNs);
    if (spans.length === 0) return [];
    this.spansByTrace.set(traceId, spans);
    ledgers.traces.rows += spans.length;
    this.noteFound();
    return [{ traceId, spans }];
  }

  /** Whether a trace says when it was: one whose clocks are all wrong opens no window of search. */
  private isTimed({ spans }: FetchedTrace): boolean {
    return isPlausibleTime(windowOfSpans(spans).startNs, this.options.nowNs);
  }

  /** Traces that spans link to and that were not read yet; they count against the limit. */
  private takeLinked(spans: readonly Span[]): TraceId[] {
    const linkedIds = spans.flatMap((span) => span.links.map((link) => link.traceId));
    const unread = [...new Set(linkedIds)].filter((id) => !this.requestedTraces.has(id));
    const taken = unread.slice(0, MAX_LINKED - this.linkedCount);
    if (taken.length < unread.length)
      this.options.ledgers.traces.addReason({ code: 'linked_traces_limit', limit: MAX_LINKED });
    this.linkedCount += taken.length;
    return taken;
  }

  /**
   * Correlation ids that were not searched for yet, where the id itself is no correlation id but in
   * a lookup attribute; they count against the limit.
   */
  private takeRelatedIds(spans: readonly Span[]): CorrelationId[] {
    const carried = new Map(
      spans.flatMap((span) => {
        const id = correlationIdOf(span);
        return id === undefined ? [] : [[canonicalId(id), id] as const];
      }),
    );
    this.isCorrelationId ||= carried.has(canonicalId(this.options.id));
    if (this.isCorrelationId) return [];
    const unsearched = [...carried].filter(([key]) => !this.requestedIds.has(key));
    const taken = unsearched.slice(0, MAX_RELATED_IDS + 1 - this.requestedIds.size);
    if (taken.length < unsearched.length)
      this.options.ledgers.traces.addReason({ code: 'related_ids_limit', limit: MAX_RELATED_IDS });
    for (const [key] of taken) this.requestedIds.add(key);
    return taken.map(([, id]) => id);
  }

  private async searchRelated(id: CorrelationId, near: readonly FetchedTrace[]): Promise<void> {
    const window = padded(windowOfSpans(near.flatMap(({ spans }) => spans)), CONTEXT_MS);
    const [traces, lines] = await Promise.all([
      this.findTraces(id, window),
      this.findLines(id, window),
    ]);
    await Promise.all([lines && this.addLines(lines.data), this.expand(traces?.data ?? [], false)]);
  }

  /** Lines of traces; those of traces near each other in one query. */
  private async searchLinesOf(traces: readonly FetchedTrace[]): Promise<void> {
    const { sources, ledgers, signal } = this.options;
    await Promise.all(
      groupTracesByTime(traces).map(async ({ traceIds, window }) => {
        const answer = await ledgers.logs.call(signal, (call) =>
          sources.logs.byTrace(traceIds, window, call),
        );
        if (answer) await this.addLines(answer.data);
      }),
    );
  }

  private async addLines(found: readonly LogLine[]): Promise<void> {
    const before = this.linesById.size;
    for (const line of this.insideWindow(found, (each) => each.timeNs))
      if (!this.linesById.has(line.id)) this.linesById.set(line.id, line);
    this.options.ledgers.logs.rows = this.linesById.size;
    if (this.linesById.size > before) this.noteFound();
    const traceIds = new Set(found.flatMap((line) => line.traceId ?? []));
    await this.expand(
      [...traceIds].map((traceId) => ({ traceId })),
      false,
    );
  }

  private noteFound(): void {
    this.placed = undefined;
    this.options.onFound();
  }

  private findTraces(id: CorrelationId, window: Window) {
    const { sources, ledgers, signal } = this.options;
    return ledgers.traces.call(signal, (call) => sources.traces.find(id, window, call));
  }

  private findLines(id: CorrelationId, window: Window) {
    const { sources, ledgers, signal } = this.options;
    return ledgers.logs.call(signal, (call) => sources.logs.byCorrelationId(id, window, call));
  }

  private insideWindow<Item>(
    items: readonly Item[],
    timeOf: (item: Item) => bigint,
  ): readonly Item[] {
    const { window } = this.options;
    if (!window) return items;
    return items.filter((item) => timeOf(item) >= window.startNs && timeOf(item) < window.endNs);
  }
}

function correlationIdOf({ attributes, resource }: Span): CorrelationId | undefined {
  const value = attributes[CORRELATION_ATTRIBUTE] ?? resource[CORRELATION_ATTRIBUTE] ?? '';
  return asCorrelationId(String(value));
}
