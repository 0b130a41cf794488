import {
  asCorrelationId,
  asTraceId,
  CORRELATION_ATTRIBUTE,
  type CorrelationId,
  type TraceId,
} from '@/lib/correlation-id/grammar';
import { timeInId } from '@/lib/correlation-id/embedded-time';
import { OutboundError, SOURCE_DEADLINE_MS, VIEW_DEADLINE_MS } from '@/lib/http/outbound';
import { changesOf, type Place } from '@/lib/telemetry/cluster-events';
import type { LogLine, Span, TraceHit } from '@/lib/telemetry/model';
import type { Sources } from '@/lib/telemetry/sources';
import {
  epochMs,
  epochNs,
  fromRfc3339,
  HOUR_MS,
  MINUTE_MS,
  msToNs,
  nsToMs,
  padded,
  SECOND_MS,
  type Window,
} from '@/lib/time/units';
import { SourceLedger } from './source-ledger';
import { CONTEXT_MS } from '../view/axis';
import { correlate, type Correlated } from '../correlation/correlate';
import { addFirstHops } from '../correlation/first-hop';
import type { Annotation, MetricPanel, RequestView } from '../contract';
import { isFastSource, measureSweep } from './source-pace';
import { wholeReachWindows, searchWindows, indexedWindow } from './search-windows';
import { groupBySignature } from '../verdict/signatures';
import { loadBaseline, loadContextPanels, NO_BASELINE, involvedWorkloads } from './context-metrics';
import { determineVerdict } from '../verdict/verdict';
import { buildView, type UsualDuration } from '../view/view-model';

const MAX_TRACES = 500;
/** Traces that do not carry the id themselves but are linked to; a batch consumer may link to thousands. */
const MAX_LINKED = 20;
/** Exporters batch: a span comes so long after its end. */
const EXPORT_LAG_MS = 5_000;
/** Found by another of its ids, a request is asked for by its correlation ids too; a business number may name many requests. */
const MAX_OTHER_IDS = 5;
const REPAINT_MS = 30;
/** Traces asked for in one question: a query has a length. */
const MAX_TRACES_PER_QUERY = 50;
const MIN_HEALTHY_BEFORE = 20;
const MAX_SIMILAR = 500;
/** So long without a failure of the kind before it is called new. */
const QUIET_MS = 5 * MINUTE_MS;

export interface CollectOptions {
  readonly nowMs: number;
  readonly searchDays: number;
  /** What an indexed source keeps at most: to claim more would be untrue. */
  readonly keptDays: number;
  /** Asked for by the person, instead of the sweep. */
  readonly window?: Window | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Alert episodes that were open in a window, of these services or with this id. Opaque here. */
  readonly episodes?: EpisodesDuring | undefined;
  /** Called with the whole view whenever more of it is known. */
  readonly emit?: (gathered: AssembledRequest) => void;
}

export type EpisodesDuring = (
  window: Window,
  services: readonly string[],
  id: CorrelationId,
) => Promise<readonly unknown[]>;

/** The view, and what it was made of. */
export interface AssembledRequest {
  readonly view: RequestView;
  readonly request: Correlated;
  readonly normalNs: UsualDuration;
}

/**
 * Finds and assembles one request (docs/architecture.md): all sources at once, widening windows that go on after the first hit,
 * expansion over logs and links to a fixed point, surroundings, verdict. Never throws for a source: what failed stands in the ledger.
 */
export function collectRequest(
  id: CorrelationId,
  from: Sources,
  options: CollectOptions,
): Promise<AssembledRequest> {
  return new RequestCollector(id, from, options).run();
}

class RequestCollector {
  private readonly signal: AbortSignal;
  private readonly spans = new Map<TraceId, readonly Span[]>();
  private readonly lines = new Map<string, LogLine>();
  private readonly askedTraces = new Set<TraceId>();
  private readonly traces: SourceLedger;
  private readonly logs: SourceLedger;
  private readonly metrics: SourceLedger;
  private readonly alerts: SourceLedger | undefined;
  private episodes: readonly unknown[] = [];
  private linked = 0;
  private fetching = 0;
  private panels: MetricPanel[] = [];
  private changes: Annotation | undefined;
  private known = NO_BASELINE;
  private alike: RequestView['verdict']['alike'] = null;
  private correlated: Correlated = correlate([], []);
  private stale = false;
  private complete = false;
  private repaint: NodeJS.Timeout | undefined;
  private readonly askedIds: Set<CorrelationId>;
  private isCorrelationId = false;
  private readonly lagMs: number;
  private surroundings: Surroundings | undefined;

  constructor(
    private readonly id: CorrelationId,
    private readonly from: Sources,
    private readonly options: CollectOptions,
  ) {
    const deadline = AbortSignal.timeout(VIEW_DEADLINE_MS);
    this.signal = options.signal ? AbortSignal.any([options.signal, deadline]) : deadline;
    this.askedIds = new Set([id]);
    this.lagMs = EXPORT_LAG_MS + from.traces.searchLagMs;
    this.traces = new SourceLedger('traces', from.traces.name);
    this.logs = new SourceLedger('logs', from.logs.name);
    this.metrics = new SourceLedger('metrics', from.metrics?.name ?? 'Metrics');
    this.alerts = options.episodes && new SourceLedger('alerts', 'Postgres');
  }

  async run(): Promise<AssembledRequest> {
    const { nowMs, searchDays, keptDays, window } = this.options;
    const now = epochMs(nowMs);
    const hint = timeInId(this.id, nowMs);
    const slicesFor = (source: { readonly indexed: boolean }) => {
      if (window) return [window];
      if (source.indexed)
        return [
          indexedWindow(
            now,
            Math.min(searchDays, keptDays),
            hint !== undefined && now - hint < keptDays * 24 * HOUR_MS ? hint : undefined,
          ),
        ];
      return (isFastSource(source) ? wholeReachWindows : searchWindows)(now, searchDays, hint);
    };
    // A narrow window says nothing of how quick a source is with its whole reach.
    const pace = (source: object, account: SourceLedger, sweep: Promise<void>) =>
      window ? sweep : measureSweep(source, () => !account.hasFailures, sweep);
    const traceId = this.id.length === 32 ? asTraceId(this.id) : undefined;
    const progress = () => this.changed(false);
    await Promise.all([
      traceId && this.fetchTraces([{ traceId }]),
      pace(
        this.from.traces,
        this.traces,
        this.traces.sweep(slicesFor(this.from.traces), msToNs(nowMs), progress, (slice) =>
          this.findTraces(slice),
        ),
      ),
      pace(
        this.from.logs,
        this.logs,
        this.logs.sweep(slicesFor(this.from.logs), msToNs(nowMs), progress, (slice) =>
          this.findLines(slice),
        ),
      ),
    ]);
    this.noteBlindSpot();
    this.traces.close();
    this.logs.close();
    await Promise.all([this.surround(), this.findEpisodes()]);
    this.metrics.close();
    this.alerts?.close();
    clearTimeout(this.repaint);
    this.complete = true;
    const gathered = this.assemble();
    this.options.emit?.(gathered);
    return gathered;
  }

  private async findTraces(slice: Window): Promise<void> {
    const answer = await this.traces.call(this.signal, (call) =>
      this.from.traces.find(this.id, slice, call),
    );
    await this.fetchTraces(answer?.data ?? [], true);
  }

  private async findLines(slice: Window): Promise<void> {
    const answer = await this.logs.call(this.signal, (call) =>
      this.from.logs.byCorrelationId(this.id, slice, call),
    );
    if (answer) await this.addLines(answer.data);
  }

  /**
   * Reads traces that were not read yet, then what they lead to: their lines, the traces they link to, and, of traces that were found by
   * this id, the correlation ids they carry instead of it. (A linked trace has an id of its own: that is another request.)
   */
  private async fetchTraces(
    hits: readonly (TraceHit | { readonly traceId: TraceId })[],
    carryTheId = false,
  ): Promise<void> {
    const fetched = (
      await Promise.all(
        hits.map((hit) => this.fetchTrace(hit.traceId, 'spans' in hit ? hit.spans : undefined)),
      )
    ).flat();
    if (fetched.length === 0) return;
    const spans = fetched.flatMap((trace) => trace.spans);
    const unasked = [
      ...new Set(spans.flatMap((span) => span.links.map((link) => link.traceId))),
    ].filter((candidate) => !this.askedTraces.has(candidate));
    const linked = unasked.slice(0, MAX_LINKED - this.linked);
    if (linked.length < unasked.length)
      this.traces.addReason({ code: 'linked_traces_limit', limit: MAX_LINKED });
    this.linked += linked.length;
    // Once nothing is on its way, the services are known as far as they can be: their metrics need not wait for the sweep's end.
    if (this.fetching === 0 && linked.length === 0) this.surround().catch(() => undefined);
    await Promise.all([
      this.linesOf(fetched),
      ...(carryTheId ? this.otherIdsOf(spans) : []).map((other) => this.findOther(other, spans)),
      this.fetchTraces(linked.map((traceId) => ({ traceId }))),
    ]);
  }

  private async fetchTrace(
    traceId: TraceId,
    known: readonly Span[] | undefined,
  ): Promise<FetchedTrace[]> {
    if (this.askedTraces.has(traceId)) return [];
    if (this.askedTraces.size >= MAX_TRACES) {
      this.traces.addReason({ code: 'traces_limit', limit: MAX_TRACES });
      return [];
    }
    this.askedTraces.add(traceId);
    this.fetching += 1;
    const read =
      known ??
      (await this.traces.call(this.signal, (call) => this.from.traces.fetch(traceId, call)))?.data;
    this.fetching -= 1;
    const spans = this.within(read ?? [], (span) => span.startNs);
    if (spans.length === 0) return [];
    this.spans.set(traceId, spans);
    this.traces.rows += spans.length;
    this.changed(true);
    return [{ traceId, spans }];
  }

  /** Correlation ids that were not asked for yet, where the id itself is no correlation id but in a lookup attribute. */
  private otherIdsOf(spans: readonly Span[]): CorrelationId[] {
    const others = new Set(
      spans.flatMap(
        ({ attributes, resource }) =>
          asCorrelationId(
            String(attributes[CORRELATION_ATTRIBUTE] ?? resource[CORRELATION_ATTRIBUTE] ?? ''),
          ) ?? [],
      ),
    );
    this.isCorrelationId ||= others.has(this.id);
    if (this.isCorrelationId) return [];
    const unasked = [...others].filter((other) => !this.askedIds.has(other));
    const asked = unasked.slice(0, MAX_OTHER_IDS + 1 - this.askedIds.size);
    if (asked.length < unasked.length)
      this.traces.addReason({ code: 'related_ids_limit', limit: MAX_OTHER_IDS });
    for (const other of asked) this.askedIds.add(other);
    return asked;
  }

  private async findOther(id: CorrelationId, spans: readonly Span[]): Promise<void> {
    const around = padded(windowOf(spans), CONTEXT_MS);
    const [hits, lines] = await Promise.all([
      this.traces.call(this.signal, (call) => this.from.traces.find(id, around, call)),
      this.logs.call(this.signal, (call) => this.from.logs.byCorrelationId(id, around, call)),
    ]);
    await Promise.all([lines && this.addLines(lines.data), this.fetchTraces(hits?.data ?? [])]);
  }

  /** Spans that are there may not be found yet: said when what was found is that new. */
  private noteBlindSpot(): void {
    const { searchLagMs, name } = this.from.traces;
    const newest = [...this.lines.values()].reduce(
      (latest, line) => (line.timeNs > latest ? line.timeNs : latest),
      [...this.spans.values()]
        .flat()
        .reduce((latest, span) => (span.endNs > latest ? span.endNs : latest), 0n),
    );
    // A clock that is far ahead is no reason to wait.
    if (
      newest > msToNs(this.options.nowMs - searchLagMs) &&
      newest < msToNs(this.options.nowMs + searchLagMs)
    )
      this.traces.addReason({
        code: 'not_searchable_yet',
        source: name,
        lagSeconds: Math.round(searchLagMs / SECOND_MS),
      });
  }

  /** Lines of traces; those near each other in one question. */
  private async linesOf(traces: readonly FetchedTrace[]): Promise<void> {
    await Promise.all(
      groupByTime(traces).map(async ({ traceIds, window }) => {
        const answer = await this.logs.call(this.signal, (call) =>
          this.from.logs.byTrace(traceIds, window, call),
        );
        if (answer) await this.addLines(answer.data);
      }),
    );
  }

  private async addLines(found: readonly LogLine[]): Promise<void> {
    const before = this.lines.size;
    for (const line of this.within(found, (candidate) => candidate.timeNs))
      if (!this.lines.has(line.id)) this.lines.set(line.id, line);
    this.logs.rows = this.lines.size;
    if (this.lines.size > before) this.changed(true);
    const traceIds = new Set(found.flatMap((line) => line.traceId ?? []));
    await this.fetchTraces([...traceIds].map((traceId) => ({ traceId })));
  }

  private within<Item>(items: readonly Item[], timeOf: (item: Item) => bigint): readonly Item[] {
    const { window } = this.options;
    return window
      ? items.filter((item) => timeOf(item) >= window.startNs && timeOf(item) < window.endNs)
      : items;
  }

  /** Metrics, baselines and others that failed alike; asked again only when more was touched than the last time. */
  private surround(): Promise<void> {
    const spans = [...this.spans.values()].flat();
    const touched = involvedWorkloads(spans);
    const minutes = spans.length
      ? [windowOf(spans).startNs, windowOf(spans).endNs].map((timeNs) => timeNs / msToNs(MINUTE_MS))
      : [];
    const failed = spans.some((span) => span.status === 'error');
    const key = [...touched.services, '', ...touched.pods, ...minutes, failed, touched.sends].join(
      '\n',
    );
    if (this.surroundings?.key === key) return this.surroundings.done;
    const around: Surroundings = { key, done: Promise.resolve() };
    this.surroundings = around;
    around.done = this.askAround(spans, () => this.surroundings === around);
    return around.done;
  }

  /** `newest` tells whether nobody asked anew meanwhile: what was asked for less is not shown over what was asked for more. */
  private async askAround(spans: readonly Span[], newest: () => boolean): Promise<void> {
    const source = this.from.metrics;
    if (spans.length === 0) return this.metrics.skip({ code: 'no_service_known' });
    const window = windowOf(spans);
    const touched = involvedWorkloads(spans);
    const others = [this.findAlike(window, newest), this.findChanges(window, touched, newest)];
    if (!source) {
      this.metrics.skip({ code: 'no_metrics_source' });
      await Promise.all(others);
      return;
    }
    this.metrics.addWindow(padded(window, CONTEXT_MS));
    await Promise.all([
      this.metrics.call(this.signal, async (call) => {
        const panels = await loadContextPanels(
          source,
          touched,
          window,
          new Set(this.spans.keys()),
          this.options.nowMs,
          call,
        );
        const failed = panels.filter((panel) => panel.state === 'failed');
        if (!newest()) return { data: panels, partial: [] };
        this.panels = panels;
        this.metrics.rows = panels.reduce((sum, panel) => sum + panel.series.length, 0);
        this.changed(false);
        if (failed.length > 0 && failed.length === panels.length)
          throw new OutboundError('unavailable', failed[0]?.reason ?? 'no panel could be read');
        for (const panel of failed)
          this.metrics.addReason({
            code: 'panel_failed',
            panel: panel.title,
            detail: panel.reason ?? '',
          });
        return { data: panels, partial: [] };
      }),
      this.metrics.call(this.signal, async (call) => {
        const known = await loadBaseline(source, touched, window.startNs, this.options.nowMs, call);
        if (newest()) this.known = known;
        this.changed(false);
        return { data: undefined, partial: [] };
      }),
      ...others,
    ]);
  }

  /** What happened to the cluster around the request. It is not of the request: a failure here leaves the ledger of its logs alone. */
  private async findChanges(window: Window, place: Place, newest: () => boolean): Promise<void> {
    const around = padded(window, CONTEXT_MS);
    try {
      const { data } = await this.from.logs.clusterEvents(around, {
        signal: AbortSignal.any([this.signal, AbortSignal.timeout(SOURCE_DEADLINE_MS)]),
      });
      if (newest()) this.changes = { kind: 'changes', failed: null, items: changesOf(data, place) };
    } catch (error) {
      if (!(error instanceof OutboundError)) throw error;
      if (newest())
        this.changes = {
          kind: 'changes',
          failed: `${this.from.logs.name} did not say what happened to the cluster: ${error.message}.`,
          items: [],
        };
    }
  }

  /** What was firing around the request. */
  private async findEpisodes(): Promise<void> {
    const { episodes } = this.options;
    const spans = [...this.spans.values()].flat();
    const times = [...this.lines.values()].map(({ timeNs }) => timeNs);
    if (!episodes || !this.alerts) return;
    if (spans.length + times.length === 0) return this.alerts.skip({ code: 'nothing_to_match' });
    const found = spans.length
      ? windowOf(spans)
      : {
          startNs: times.reduce((a, b) => (a < b ? a : b)),
          endNs: times.reduce((a, b) => (a > b ? a : b)),
        };
    const window = padded(found, CONTEXT_MS);
    this.alerts.addWindow(window);
    const services = [...new Set([...spans, ...this.lines.values()].map(({ service }) => service))];
    const answer = await this.alerts.call(this.signal, async () => {
      try {
        return { data: await episodes(window, services, this.id), partial: [] };
      } catch {
        throw new OutboundError('unavailable', 'the alerts could not be read');
      }
    });
    this.episodes = answer?.data ?? [];
    this.alerts.rows = this.episodes.length;
  }

  /** Others that failed the same way, in the hour before the request and since. */
  private async findAlike(window: Window, newest: () => boolean): Promise<void> {
    const { signature, state } = determineVerdict(this.current(), {
      ...NO_BASELINE,
      alike: null,
      settled: false,
      nowOffset: 0,
    });
    if (state !== 'failed' || !signature) return;
    const end = Math.min(this.options.nowMs, nsToMs(window.startNs) + HOUR_MS);
    const around: Window = {
      startNs: epochNs(window.startNs - msToNs(HOUR_MS)),
      endNs: msToNs(end + 1000),
    };
    const answer = await this.from.traces
      .recent({ state: 'failed', window: around, limit: MAX_SIMILAR }, { signal: this.signal })
      .catch(() => undefined);
    const group =
      answer &&
      groupBySignature(answer.data.roots, around).find(
        (candidate) => candidate.signature === signature,
      );
    if (!group) return;
    // "Normally none" needs requests that did not fail: half an hour of them before the first that did.
    const since = fromRfc3339(group.firstSeen)!;
    const before = await this.from.traces
      .recent(
        {
          state: 'all',
          window: { startNs: epochNs(since - msToNs(HOUR_MS / 2)), endNs: since },
          limit: MIN_HEALTHY_BEFORE,
        },
        { signal: this.signal },
      )
      .catch(() => undefined);
    const atLeast = answer.data.roots.length >= MAX_SIMILAR || answer.partial.length > 0;
    const quiet =
      !atLeast &&
      since - around.startNs > msToNs(QUIET_MS) &&
      (before?.data.roots.length ?? 0) >= MIN_HEALTHY_BEFORE;
    if (newest())
      this.alike = {
        count: group.count,
        since: group.firstSeen,
        trend: group.trend,
        atLeast,
        burst: quiet,
      };
  }

  private current(): Correlated {
    if (this.stale) {
      const { spans, lines } = addFirstHops([...this.spans.values()].flat(), [
        ...this.lines.values(),
      ]);
      this.correlated = correlate(spans, lines);
    }
    this.stale = false;
    return this.correlated;
  }

  private assemble(): AssembledRequest {
    const request = this.current();
    const ledger = [
      this.traces,
      this.logs,
      this.metrics,
      ...(this.alerts ? [this.alerts] : []),
    ].map((account) => account.toEntry());
    const end = request.originNs + BigInt(Math.round(request.durationNs));
    const now = msToNs(this.options.nowMs);
    const settled =
      this.traces.isComplete && this.logs.isComplete && end < now - msToNs(this.lagMs);
    const verdict = determineVerdict(request, {
      ...this.known,
      alike: this.alike,
      settled,
      nowOffset: Number(now - request.originNs),
    });
    const provisional = ledger.some((entry) => entry.state === 'searching');
    const normalNs = this.known.normalNs;
    const expected = (producer: Span) => this.known.consumedBefore(producer) > 0;
    const view = buildView({
      id: this.id,
      request,
      ledger,
      metrics: this.panels,
      episodes: this.episodes,
      changes: this.changes,
      complete: this.complete,
      normalNs,
      expected,
      verdict: { ...verdict, provisional },
    });
    return { view, request, normalNs };
  }

  private changed(data: boolean): void {
    if (data) this.stale = true;
    if (!this.options.emit || this.repaint) return;
    this.repaint = setTimeout(() => {
      this.repaint = undefined;
      if (!this.signal.aborted && !this.complete) this.options.emit!(this.assemble());
    }, REPAINT_MS);
  }
}

interface Surroundings {
  readonly key: string;
  done: Promise<void>;
}

interface FetchedTrace {
  readonly traceId: TraceId;
  readonly spans: readonly Span[];
}

/** Traces whose windows touch, as one question each. */
function groupByTime(traces: readonly FetchedTrace[]): { traceIds: TraceId[]; window: Window }[] {
  const groups: { traceIds: TraceId[]; window: Window }[] = [];
  const windows = traces.map(({ traceId, spans }) => ({
    traceId,
    window: padded(windowOf(spans), MINUTE_MS),
  }));
  for (const { traceId, window } of windows.sort((a, b) =>
    a.window.startNs < b.window.startNs ? -1 : 1,
  )) {
    const last = groups.at(-1);
    if (
      last &&
      window.startNs <= last.window.endNs &&
      last.traceIds.length < MAX_TRACES_PER_QUERY
    ) {
      last.traceIds.push(traceId);
      if (window.endNs > last.window.endNs)
        last.window = { startNs: last.window.startNs, endNs: window.endNs };
    } else groups.push({ traceIds: [traceId], window });
  }
  return groups;
}

function windowOf(spans: readonly Span[]): Window {
  let { startNs, endNs } = spans[0]!;
  for (const span of spans) {
    if (span.startNs < startNs) startNs = span.startNs;
    if (span.endNs > endNs) endNs = span.endNs;
  }
  return { startNs, endNs };
}
