import type { CallBudget } from '@/lib/http/call-budget';
import { OutboundError } from '@/lib/http/outbound-error';
import type { CallOptions, MetricSource, Span } from '@/lib/telemetry/model';
import type { Sources } from '@/lib/telemetry/sources';
import { MINUTE_MS, msToNs, padded, type Window } from '@/lib/time/units';
import type { Annotation, MetricPanel, Verdict } from '../contract';
import { CONTEXT_MS } from '../view/axis';
import { loadBaseline, NO_BASELINE } from './baseline';
import { findClusterChanges } from './cluster-changes';
import { loadContextPanels } from './context-panels';
import { involvedWorkloads, type InvolvedWorkloads } from './involved-workloads';
import { findSimilarFailures, type FailureKind } from './similar-failures';
import type { SourceLedger } from './source-ledger';
import { windowOfSpans } from './trace-windows';

export interface ContextOptions {
  readonly sources: Sources;
  /** Of the metrics. */
  readonly ledger: SourceLedger;
  /** Of the sources that are asked without a word in their ledgers. */
  readonly budgets: Readonly<Record<'traces' | 'logs', CallBudget>>;
  readonly nowMs: number;
  readonly signal: AbortSignal;
  /** Of what failed so far, as the verdict has it; undefined while nothing did. */
  readonly failureKind: () => FailureKind | undefined;
  /** More is known. */
  readonly onFound: () => void;
}

interface Round {
  readonly key: string;
  done: Promise<void>;
}

/**
 * What lay around a request: metrics of what it ran on, what was usual before it, others that
 * failed the same way, what happened to the cluster. Loaded while spans still arrive, and again
 * when these involve more than the last time.
 */
export class RequestContext {
  panels: readonly MetricPanel[] = [];
  baseline = NO_BASELINE;
  similar: Verdict['alike'] = null;
  changes: Annotation | undefined;
  private latest: Round | undefined;

  constructor(private readonly options: ContextOptions) {}

  /** Loads what these spans call for; the same promise as the last time when that is no more. */
  load(spans: readonly Span[]): Promise<void> {
    const workloads = involvedWorkloads(spans);
    const key = keyOf(spans, workloads);
    if (this.latest?.key === key) return this.latest.done;
    const round: Round = { key, done: Promise.resolve() };
    this.latest = round;
    // What was loaded for fewer spans is not shown over what was loaded for more.
    round.done = this.loadRound(spans, workloads, () => this.latest === round);
    return round.done;
  }

  private async loadRound(
    spans: readonly Span[],
    workloads: InvolvedWorkloads,
    isLatest: () => boolean,
  ): Promise<void> {
    const { sources, ledger, budgets, signal } = this.options;
    if (spans.length === 0) return ledger.skip({ code: 'no_service_known' });
    const window = windowOfSpans(spans);
    const { metrics } = sources;
    if (metrics) ledger.addWindow(padded(window, CONTEXT_MS));
    else ledger.skip({ code: 'no_metrics_source' });
    const traceIds = new Set<string>(spans.map((span) => span.traceId));
    await Promise.all([
      this.loadSimilar(window, isLatest),
      findClusterChanges(sources.logs, window, workloads, {
        signal,
        budget: budgets.logs,
      }).then((changes) => {
        if (isLatest()) this.changes = changes;
      }),
      metrics &&
        ledger.call(signal, (call) =>
          this.loadPanels(metrics, { workloads, window, traceIds }, isLatest, call),
        ),
      metrics &&
        ledger.call(signal, (call) =>
          this.loadBaseline(metrics, workloads, window, isLatest, call),
        ),
    ]);
  }

  private async loadPanels(
    metrics: MetricSource,
    context: { workloads: InvolvedWorkloads; window: Window; traceIds: ReadonlySet<string> },
    isLatest: () => boolean,
    call: CallOptions,
  ) {
    const { ledger, nowMs, onFound } = this.options;
    const panels = await loadContextPanels(metrics, { ...context, nowMs }, call);
    const answer = { data: panels, partial: [] };
    if (!isLatest()) return answer;
    this.panels = panels;
    ledger.rows = panels.reduce((sum, panel) => sum + panel.series.length, 0);
    onFound();
    const failed = panels.filter((panel) => panel.state === 'failed');
    if (failed.length > 0 && failed.length === panels.length)
      throw new OutboundError('unavailable', failed[0]?.reason ?? 'no panel could be read');
    for (const { title, reason } of failed)
      ledger.addReason({ code: 'panel_failed', panel: title, detail: reason ?? '' });
    return answer;
  }

  private async loadBaseline(
    metrics: MetricSource,
    workloads: InvolvedWorkloads,
    window: Window,
    isLatest: () => boolean,
    call: CallOptions,
  ) {
    const { nowMs, onFound } = this.options;
    const baseline = await loadBaseline(metrics, workloads, window.startNs, nowMs, call);
    if (isLatest()) this.baseline = baseline;
    onFound();
    return { data: undefined, partial: [] };
  }

  private async loadSimilar(window: Window, isLatest: () => boolean): Promise<void> {
    const { sources, nowMs, budgets, signal, failureKind } = this.options;
    const kind = failureKind();
    if (kind === undefined) return;
    const similar = await findSimilarFailures(sources.traces, kind, window, nowMs, {
      signal,
      budget: budgets.traces,
    });
    if (similar && isLatest()) this.similar = similar;
  }
}

/** What the context depends on: the same key, the same context. */
function keyOf(spans: readonly Span[], workloads: InvolvedWorkloads): string {
  if (spans.length === 0) return '';
  const { startNs, endNs } = windowOfSpans(spans);
  const minute = msToNs(MINUTE_MS);
  const failed = spans.some((span) => span.outcome === 'failed');
  return [
    ...workloads.services,
    '',
    ...workloads.pods,
    startNs / minute,
    endNs / minute,
    failed,
    workloads.sends,
  ].join('\n');
}
