import { createHash } from 'node:crypto';
import { asCorrelationId, asSpanId, asTraceId, CORRELATION_ATTRIBUTE } from '@/lib/correlation/grammar';
import { epochNs } from '@/lib/time/units';
import type { LogLine } from '../model';
import { levelOfText } from '../otlp/normalize';
import type { QueryAnswer } from './wire';

/** A line, and the text as Loki holds it: the body may be one field of that. */
export interface FoundLine {
  readonly line: LogLine;
  readonly text: string;
}

export const CATEGORIZE = 'categorize-labels';

/**
 * The lines of an answer. With categorized labels the stream's own are known apart from what belongs to a line; a server or proxy
 * that drops the header mixes them, and then only the label every stream has stands for the stream.
 */
export function linesOf({ data }: QueryAnswer, streamLabel: string): FoundLine[] {
  const categorized = data.encodingFlags?.includes(CATEGORIZE) ?? false;
  const seen = new Map<string, number>();
  return data.result.flatMap(({ stream, values }) =>
    values.map(([time, text, extra]): FoundLine => {
      const own = fieldsOf(text);
      const metadata = { ...(categorized ? {} : stream), ...extra?.structuredMetadata, ...extra?.parsed };
      const fields: Record<string, string> = { ...own, ...stream, ...metadata };
      const service = stream.service_name ?? stream.service ?? 'unknown_service';
      const line: LogLine = {
        timeNs: epochNs(BigInt(time)),
        id: idOf(`${time}\n${service}\n${text}`, seen),
        level: levelOfText(fields.detected_level && fields.detected_level !== 'unknown' ? fields.detected_level : (fields.level ?? fields.severity_text ?? '')),
        body: own.msg ?? own.message ?? text,
        service,
        traceId: asTraceId(fields.trace_id ?? fields.traceId ?? ''),
        spanId: asSpanId(fields.span_id ?? fields.spanId ?? ''),
        correlationId: asCorrelationId(fields[CORRELATION_ATTRIBUTE] ?? ''),
        attributes: metadata,
        resource: categorized ? stream : { [streamLabel]: stream[streamLabel] ?? service },
      };
      return { line, text };
    }),
  );
}

/** Loki has no line id: the content is it, and a number for lines that share even their nanosecond. */
function idOf(content: string, seen: Map<string, number>): string {
  const hash = createHash('sha1').update(content).digest('hex');
  const nth = seen.get(hash) ?? 0;
  seen.set(hash, nth + 1);
  return nth === 0 ? hash : `${hash}-${nth}`;
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

/** How many lines a parser of the query could not read: Loki keeps them, and says so on each. */
export const parserErrors = ({ data }: QueryAnswer): number =>
  data.result.reduce((sum, { stream, values }) => sum + values.filter(([, , extra]) => (extra?.parsed?.__error__ ?? stream.__error__ ?? '') !== '').length, 0);

/** Whether a text holds the id itself, not only a longer one of which it is a part. */
export function holdsId(text: string, id: string): boolean {
  const partOfId = (character: string | undefined) => character !== undefined && /[A-Za-z0-9_-]/.test(character);
  for (let at = text.indexOf(id); at >= 0; at = text.indexOf(id, at + 1)) {
    if (!partOfId(text[at - 1]) && !partOfId(text[at + id.length])) return true;
  }
  return false;
}
