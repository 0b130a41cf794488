import { isShortNumber } from '@/lib/correlation-id/grammar';
import { holdsId } from '@/lib/correlation-id/ids-mentioned';
import { spellingsOf, traceSpellings } from '@/lib/correlation-id/spellings';
import { parseJson, outbound, SOURCE_DEADLINE_MS } from '@/lib/http/outbound';
import { OutboundError } from '@/lib/http/outbound-error';
import type { Backend } from '@/lib/http/backend';
import { epochNs, HOUR_MS, padded, type Window } from '@/lib/time/units';
import { CLUSTER_SERVICE } from '../cluster-events';
import type { Answer, CallOptions, LogLine, LogSource } from '../model';
import { distinctReasons, explainPartial } from '../partial-reason';
import { CATEGORIZE, toFoundLines, parserErrors, type FoundLine } from './lines';
import { byLine, byMetadata, byTraceIds, streamsWithLabel, streams, type LogQl } from './logql';
import { buildInfo, queryAnswer } from './wire';

const MAX_BYTES = 32 * 1024 * 1024;
/**
 * The server's own default for `max_entries_limit_per_query`; a lower one is learned from its
 * refusal.
 */
const MAX_LINES = 5_000;
const FEW_LINES = 500;
/** More queries for one question than this are too many: what is missing then is said. */
const MAX_PAGES = 10;
const MAX_SPLITS = 6;
const MAX_EVENTS = 1_000;

export interface LokiOptions {
  /** A label that every stream has. */
  readonly streamLabel: string;
  readonly lookupAttributes: readonly string[];
}

/** Grafana Loki 3.x (docs/compatibility.md). */
export function lokiSource(
  backend: Backend,
  { streamLabel, lookupAttributes }: LokiOptions,
): LogSource {
  const everything = streamsWithLabel(streamLabel);
  let limit = MAX_LINES;

  async function page(
    query: LogQl,
    window: Window,
    count: number,
    direction: 'forward' | 'backward',
    options: CallOptions,
  ): Promise<Answer<FoundLine[]>> {
    const response = await outbound({
      backend,
      path: ['loki', 'api', 'v1', 'query_range'],
      form: {
        query,
        start: String(window.startNs),
        end: String(window.endNs),
        limit: String(count),
        direction,
      },
      headers: { 'x-loki-response-encoding-flags': CATEGORIZE },
      timeoutMs: SOURCE_DEADLINE_MS,
      maxBytes: MAX_BYTES,
      signal: options.signal,
      budget: options.budget,
    });
    const parsed = queryAnswer.safeParse(parseJson(response));
    if (!parsed.success) throw new OutboundError('protocol', 'the answer is not one of Loki');
    const unread = parserErrors(parsed.data);
    return {
      data: toFoundLines(parsed.data, streamLabel).sort((a, b) => byTime(a.line, b.line)),
      partial: [
        ...(parsed.data.warnings ?? []).map((text) =>
          explainPartial({ code: 'source_warning', source: 'Loki', text }),
        ),
        ...(unread
          ? [explainPartial({ code: 'unreadable_lines', source: 'Loki', count: unread })]
          : []),
      ],
    };
  }

  /**
   * All lines of the window that are to be kept, oldest first: page after page, and in halves where
   * the server refuses so long a window.
   */
  async function query(
    logql: LogQl,
    window: Window,
    options: CallOptions,
    keep: Keep = all,
    splits = 0,
    count = limit,
  ): Promise<Answer<LogLine[]>> {
    try {
      return await pages(logql, window, count, options, keep);
    } catch (error) {
      if (!(error instanceof OutboundError)) throw error;
      const lower = Number(/max entries limit[^(]*\(\d+ > (\d+)\)/.exec(error.message)?.[1]);
      if (lower > 0 && lower < count) {
        limit = lower;
        return query(logql, window, options, keep, splits);
      }
      // Long lines: fewer of them fit into one answer.
      if (error.reason === 'too_large' && error.status === undefined && count > FEW_LINES)
        return query(logql, window, options, keep, splits, FEW_LINES);
      if (!tooLong(error) || splits >= MAX_SPLITS || window.endNs - window.startNs < 2n)
        throw error;
      const middle = epochNs((window.startNs + window.endNs) / 2n);
      return merged(
        await Promise.all([
          query(logql, { ...window, endNs: middle }, options, keep, splits + 1),
          query(logql, { ...window, startNs: middle }, options, keep, splits + 1),
        ]),
      );
    }
  }

  async function pages(
    logql: LogQl,
    window: Window,
    count: number,
    options: CallOptions,
    keep: Keep,
  ): Promise<Answer<LogLine[]>> {
    const answers: Answer<LogLine[]>[] = [];
    let { startNs } = window;
    for (;;) {
      const answer = await page(logql, { ...window, startNs }, count, 'forward', options);
      answers.push({
        ...answer,
        data: answer.data.filter(({ text }) => keep(text)).map(({ line }) => line),
      });
      if (answer.data.length < count) break;
      if (answers.length === MAX_PAGES) {
        answers.push({
          data: [],
          partial: [
            explainPartial({
              code: 'row_limit',
              kept: 'first',
              rows: 'lines',
              limit: MAX_PAGES * count,
            }),
          ],
        });
        break;
      }
      // The last nanosecond is asked again: lines that share it may stand on both sides of the
      // edge.
      const last = answer.data.at(-1)!.line.timeNs;
      if (last === startNs)
        answers.push({
          data: [],
          partial: [explainPartial({ code: 'shared_nanosecond', limit: count })],
        });
      startNs = last === startNs ? epochNs(last + 1n) : last;
    }
    return merged(answers);
  }

  const inText = (ids: readonly string[], window: Window, options: CallOptions) =>
    query(byLine(everything, ids), window, options, (text) => ids.some((id) => holdsId(text, id)));

  return {
    name: 'Loki',
    indexed: false,
    async byCorrelationId(id, window, options) {
      return merged(
        await Promise.all([
          query(byMetadata(everything, id, lookupAttributes), window, options),
          // A few digits stand in too many texts to mean anything there.
          isShortNumber(id) ? NOTHING : inText(spellingsOf(id), window, options),
        ]),
      );
    },
    async byTrace(traceIds, window, options) {
      if (traceIds.length === 0) return NOTHING;
      return merged(
        await Promise.all([
          query(byTraceIds(everything, traceIds), window, options),
          inText(traceIds.flatMap(traceSpellings), window, options),
        ]),
      );
    },
    async around(line, count, options) {
      const stream = streams(
        Object.entries(line.stream ?? {}).map(([label, value]) => [label, '=', value] as const),
      );
      const { startNs, endNs } = padded({ startNs: line.timeNs, endNs: line.timeNs }, HOUR_MS);
      const [before, after] = await Promise.all([
        page(stream, { startNs, endNs: epochNs(line.timeNs + 1n) }, count + 1, 'backward', options),
        page(stream, { startNs: line.timeNs, endNs }, count + 1, 'forward', options),
      ]);
      const others = (found: readonly FoundLine[]) =>
        found.map((each) => each.line).filter((other) => other.id !== line.id);
      const known = new Set(before.data.map((each) => each.line.id));
      return {
        data: {
          before: others(before.data).slice(-count),
          after: others(after.data)
            .filter(({ id }) => !known.has(id))
            .slice(0, count),
        },
        partial: [...before.partial, ...after.partial],
      };
    },
    async clusterEvents(window, options) {
      const { data, partial } = await page(
        streams([[streamLabel, '=', CLUSTER_SERVICE]]),
        window,
        MAX_EVENTS,
        'backward',
        options,
      );
      return { data: data.map(({ line }) => line), partial };
    },
    async ping(options) {
      const parsed = buildInfo.safeParse(
        parseJson(
          await outbound({
            backend,
            path: ['loki', 'api', 'v1', 'status', 'buildinfo'],
            timeoutMs: 2_000,
            maxBytes: 65_536,
            signal: options.signal,
            budget: options.budget,
          }),
        ),
      );
      return parsed.success ? `Loki ${parsed.data.version}` : 'Loki';
    },
  };
}

type Keep = (text: string) => boolean;
const all: Keep = () => true;
const NOTHING: Answer<LogLine[]> = { data: [], partial: [] };
const byTime = (a: LogLine, b: LogLine) => Number(a.timeNs - b.timeNs);
/** Limits that a shorter window can meet. */
const tooLong = (error: OutboundError) =>
  error.status !== undefined &&
  (error.reason === 'too_large' ||
    /time range exceeds|would read too many bytes/i.test(error.message));

/**
 * Two queries find the same line: kept once. Lines that stand twice in one answer are two lines.
 */
function merged(answers: readonly Answer<LogLine[]>[]): Answer<LogLine[]> {
  const byId = new Map<string, LogLine>();
  for (const line of answers.flatMap((answer) => answer.data))
    if (!byId.has(line.id)) byId.set(line.id, line);
  return {
    data: [...byId.values()].sort(byTime),
    partial: distinctReasons(answers.flatMap((answer) => answer.partial)),
  };
}
