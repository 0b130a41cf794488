import type { ZodType } from 'zod';
import { asTraceId } from '@/lib/correlation-id/grammar';
import { parseJson, outbound, SOURCE_DEADLINE_MS } from '@/lib/http/outbound';
import { OutboundError } from '@/lib/http/outbound-error';
import type { Backend } from '@/lib/http/backend';
import { nsToSeconds, secondsToMs, type Window } from '@/lib/time/units';
import type { Answer, CallOptions, Exemplar, MetricSource, Point, Series } from '../model';
import { explainPartial, type PartialReason } from '../partial-reason';
import { buildInfo, errorAnswer, exemplarAnswer, queryAnswer, rulesAnswer } from './wire';

const MAX_BYTES = 32 * 1024 * 1024;

/**
 * Any backend that speaks Prometheus's HTTP API (contracts: POST form, values as text, warnings as
 * partial reasons).
 */
export function prometheusSource(backend: Backend): MetricSource {
  async function call<Body>(
    path: string,
    form: Record<string, string> | undefined,
    schema: ZodType<Body>,
    options: CallOptions,
  ): Promise<Body> {
    const response = await outbound({
      backend,
      path: ['api', 'v1', ...path.split('/')],
      form,
      timeoutMs: SOURCE_DEADLINE_MS,
      maxBytes: MAX_BYTES,
      signal: options.signal,
      budget: options.budget,
      acceptStatus: [400, 422, 503],
    });
    if (response.status !== 200) throw refusal(response.status, response.body);
    const parsed = schema.safeParse(parseJson(response));
    if (!parsed.success) throw new OutboundError('protocol', 'the answer is not one of Prometheus');
    return parsed.data;
  }

  return {
    name: 'Prometheus',
    async instant(promql, timeMs, options) {
      return seriesOf(
        await call('query', { query: promql, time: String(timeMs / 1000) }, queryAnswer, options),
      );
    },
    async range(promql, window, stepSeconds, options) {
      const { step, partial } = stepWithin(window, stepSeconds);
      const answer = seriesOf(
        await call(
          'query_range',
          { query: promql, ...range(window), step: String(step) },
          queryAnswer,
          options,
        ),
      );
      return { ...answer, partial: [...partial, ...answer.partial] };
    },
    async exemplars(promql, window, options) {
      const body = await call(
        'query_exemplars',
        { query: promql, ...range(window) },
        exemplarAnswer,
        options,
      );
      return {
        data: body.data.flatMap((series) =>
          series.exemplars.map((exemplar) => exemplarOf(series.seriesLabels, exemplar)),
        ),
        partial: [],
      };
    },
    async rules(options) {
      // Managed services and some gateways have no such list.
      const response = await outbound({
        backend,
        path: ['api', 'v1', 'rules'],
        timeoutMs: SOURCE_DEADLINE_MS,
        maxBytes: MAX_BYTES,
        signal: options.signal,
        budget: options.budget,
        acceptStatus: [404, 405, 501],
      });
      if (response.status !== 200) return { data: { alerting: [], recording: [] }, partial: [] };
      const parsed = rulesAnswer.safeParse(parseJson(response));
      if (!parsed.success)
        throw new OutboundError('protocol', 'the answer is not one of Prometheus');
      const rules = parsed.data.data.groups.flatMap((group) => group.rules);
      return {
        data: {
          alerting: rules
            .filter(({ type }) => type === 'alerting')
            .map(({ name, query, duration, labels }) => ({
              name,
              query,
              holdMs: duration * 1000,
              labels,
            })),
          recording: rules
            .filter(({ type }) => type === 'recording')
            .map(({ name, query, labels }) => ({ name, query, labels })),
        },
        partial: [],
      };
    },
    async ping(options) {
      const body = await call('status/buildinfo', undefined, buildInfo, options);
      return `Prometheus ${body.data.version}`;
    },
  };
}

/** Prometheus refuses more points than this in one series. */
const MAX_POINTS = 11_000;

/**
 * The step that was asked for, or the least that the server takes over so long a window; then that
 * is said.
 */
function stepWithin(
  window: Window,
  stepSeconds: number,
): { step: number; partial: PartialReason[] } {
  const least = Math.ceil(Number(window.endNs - window.startNs) / 1e9 / (MAX_POINTS - 1));
  return least <= stepSeconds
    ? { step: stepSeconds, partial: [] }
    : {
        step: least,
        partial: [
          explainPartial({
            code: 'resolution_reduced',
            source: 'Prometheus',
            stepSeconds: least,
            requestedStepSeconds: stepSeconds,
            maxPoints: MAX_POINTS,
          }),
        ],
      };
}

const range = (window: Window) => ({
  start: String(nsToSeconds(window.startNs)),
  end: String(nsToSeconds(window.endNs)),
});

function refusal(status: number, body: Uint8Array): OutboundError {
  const text = new TextDecoder().decode(body.subarray(0, 4_000));
  const reason = status === 503 ? 'unavailable' : 'bad_query';
  const parsed = errorAnswer.safeParse(jsonOrUndefined(text));
  if (!parsed.success) return new OutboundError(reason, text || `status ${status}`, status);
  const { errorType, error } = parsed.data;
  const timedOut = errorType === 'timeout' || errorType === 'canceled';
  return new OutboundError(timedOut ? 'timeout' : reason, error, status);
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A proxy in between answers with a text of its own, which then is the message.
    return undefined;
  }
}

function seriesOf(body: ReturnType<typeof queryAnswer.parse>): Answer<Series[]> {
  const partial = [...(body.warnings ?? []), ...(body.infos ?? [])].map((text) =>
    explainPartial({ code: 'source_warning', source: 'Prometheus', text }),
  );
  if (body.data.resultType === 'string') return { data: [], partial };
  if (body.data.resultType === 'scalar')
    return { data: [{ labels: {}, points: [pointOf(body.data.result)] }], partial };
  const histograms = body.data.result.filter(
    (series) => !series.value && !series.values && (series.histogram || series.histograms),
  ).length;
  if (histograms) partial.push(explainPartial({ code: 'native_histograms', count: histograms }));
  return {
    data: body.data.result
      .filter((series) => series.value || series.values)
      .map((series) => ({
        labels: series.metric,
        points: (series.values ?? (series.value ? [series.value] : [])).map(pointOf),
      })),
    partial,
  };
}

/** NaN and infinities cannot be drawn: a gap. */
function pointOf([seconds, text]: readonly [number, string]): Point {
  const value = Number(text);
  return { timeMs: secondsToMs(seconds), value: Number.isFinite(value) ? value : null };
}

function exemplarOf(
  seriesLabels: Record<string, string>,
  exemplar: { labels: Record<string, string>; value: string; timestamp: number },
): Exemplar {
  return {
    timeMs: secondsToMs(exemplar.timestamp),
    value: Number(exemplar.value),
    traceId: asTraceId(
      exemplar.labels.trace_id ?? exemplar.labels.traceID ?? exemplar.labels.traceId ?? '',
    ),
    labels: { ...seriesLabels, ...exemplar.labels },
  };
}
