import { createHash } from 'node:crypto';
import { asCorrelationId, asSpanId, asTraceId, CORRELATION_ATTRIBUTE } from '@/lib/correlation/grammar';
import { jsonOf, outbound, OutboundError, SOURCE_DEADLINE_MS } from '@/lib/http/outbound';
import { epochNs, type Window } from '@/lib/time/units';
import type { Answer, CallOptions, LogLine, LogSource } from '../model';
import { levelOfText } from '../otlp/normalize';
import { buildInfo, queryAnswer } from './wire';
import { byLine, byMetadata, byTraceIds } from './logql';

const MAX_BYTES = 32 * 1024 * 1024;
/** The server's own default for `max_entries_limit_per_query`. */
const MAX_LINES = 5_000;

/** Grafana Loki 3.x. */
export function lokiSource(base: string): LogSource {
  async function query(logql: string, window: Window, options: CallOptions): Promise<Answer<LogLine[]>> {
    const response = await outbound({
      base,
      path: ['loki', 'api', 'v1', 'query_range'],
      form: { query: logql, start: String(window.startNs), end: String(window.endNs), limit: String(MAX_LINES), direction: 'forward' },
      headers: { 'X-Loki-Response-Encoding-Flags': 'categorize-labels' },
      timeoutMs: SOURCE_DEADLINE_MS,
      maxBytes: MAX_BYTES,
      signal: options.signal,
    });
    const parsed = queryAnswer.safeParse(jsonOf(response));
    if (!parsed.success) throw new OutboundError('protocol', 'the answer is not one of Loki');
    const lines = linesOf(parsed.data);
    return { data: lines, partial: [...(parsed.data.warnings ?? []), ...(lines.length >= MAX_LINES ? [`Loki answers at most ${MAX_LINES} lines`] : [])] };
  }

  return {
    name: 'Loki',
    indexed: false,
    async byCorrelationId(id, window, options) {
      return merged(await Promise.all([query(byMetadata(id), window, options), query(byLine(id), window, options)]));
    },
    async byTrace(traceIds, window, options) {
      if (traceIds.length === 0) return { data: [], partial: [] };
      return merged(await Promise.all([query(byTraceIds(traceIds), window, options), ...traceIds.slice(0, 8).map((id) => query(byLine(id), window, options))]));
    },
    async ping(options) {
      const parsed = buildInfo.safeParse(jsonOf(await outbound({ base, path: ['loki', 'api', 'v1', 'status', 'buildinfo'], timeoutMs: 2_000, maxBytes: 65_536, signal: options.signal })));
      return parsed.success ? `Loki ${parsed.data.version}` : 'Loki';
    },
  };
}

/** Two queries find the same line: kept once. Lines that stand twice in one answer are two lines. */
function merged(answers: readonly Answer<LogLine[]>[]): Answer<LogLine[]> {
  const byId = new Map<string, LogLine>();
  for (const line of answers.flatMap((answer) => answer.data)) if (!byId.has(line.id)) byId.set(line.id, line);
  const data = [...byId.values()].sort((a, b) => (a.timeNs < b.timeNs ? -1 : a.timeNs > b.timeNs ? 1 : 0));
  return { data, partial: [...new Set(answers.flatMap((answer) => answer.partial))] };
}

function linesOf(body: ReturnType<typeof queryAnswer.parse>): LogLine[] {
  const seen = new Map<string, number>();
  return body.data.result.flatMap(({ stream, values }) =>
    values.map(([time, text, extra]): LogLine => {
      const fields: Record<string, string> = { ...fieldsOf(text), ...stream, ...extra?.parsed, ...extra?.structuredMetadata };
      const service = stream.service_name ?? stream.service ?? 'unknown_service';
      // Loki has no line id. Stream labels differ between the two shapes of an answer, so the service stands for the stream.
      const hash = createHash('sha1').update(`${time}\n${service}\n${text}`).digest('hex');
      const nth = seen.get(hash) ?? 0;
      seen.set(hash, nth + 1);
      return {
        timeNs: epochNs(BigInt(time)),
        id: nth === 0 ? hash : `${hash}-${nth}`,
        level: levelOfText(fields.detected_level && fields.detected_level !== 'unknown' ? fields.detected_level : (fields.level ?? fields.severity_text ?? '')),
        body: fields.msg ?? fields.message ?? text,
        service,
        traceId: asTraceId(fields.trace_id ?? fields.traceId ?? ''),
        spanId: asSpanId(fields.span_id ?? fields.spanId ?? ''),
        correlationId: asCorrelationId(fields[CORRELATION_ATTRIBUTE] ?? ''),
        attributes: { ...extra?.structuredMetadata, ...extra?.parsed },
        resource: stream,
      };
    }),
  );
}

/** The top-level texts of a JSON line; any other line has none. */
function fieldsOf(text: string): Record<string, string> {
  if (!text.startsWith('{')) return {};
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null) return {};
    return Object.fromEntries(Object.entries(parsed).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  } catch {
    return {};
  }
}
