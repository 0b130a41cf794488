// Pure: runs in browsers too.
import {
  asCorrelationId,
  asSpanId,
  asTraceId,
  type CorrelationId,
  type SpanId,
  type TraceId,
} from './grammar';

/** What a pasted text may mean, most likely first. */
export type Candidate =
  | { readonly kind: 'correlation-id'; readonly id: CorrelationId; readonly from: string }
  | { readonly kind: 'trace-id'; readonly id: TraceId; readonly from: string }
  | { readonly kind: 'span-id'; readonly id: SpanId; readonly from: string };

/** Longer pastes are read up to here. */
export const MAX_PASTE = 16_384;
const MAX_CANDIDATES = 8;

const UUID =
  /(?<![0-9A-Za-z])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9A-Za-z])/gi;
const ULID = /(?<![0-9A-Za-z])[0-7][0-9A-HJKMNP-TV-Z]{25}(?![0-9A-Za-z])/g;
const HEX = /(?<![0-9A-Za-z-])(?:[0-9a-f]{32}|[0-9a-f]{16})(?![0-9A-Za-z-])/gi;
const LABELLED =
  /(?:correlation[-_. ]?id|request[-_. ]?id)["'\\]*\s*[:=]\s*["'\\]*([A-Za-z0-9][A-Za-z0-9._:-]{7,127})/gi;
const IN_PATH = /\/requests\/([A-Za-z0-9][A-Za-z0-9._:-]{7,127})/g;
const TRACEPARENT =
  /(?<![0-9a-f])(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(?![0-9a-f])/gi;
const XRAY = /(?<![0-9A-Za-z])1-([0-9a-f]{8})-([0-9a-f]{24})(?![0-9A-Za-z])/gi;
const CLOUD_TRACE = /(?<![0-9A-Za-z])([0-9a-f]{32})\/(\d{1,20})(?:;o=\d)?/gi;

/**
 * Every id found in any pasted text: a bare id, a log line (text or JSON), a header, a
 * `traceparent`, `X-Amzn-Trace-Id`, `X-Cloud-Trace-Context`, a URL. The time hidden in an id and
 * its meaning are for the caller to decide. Formats: contracts of W3C Trace Context, AWS X-Ray and
 * Google Cloud Trace.
 */
export function resolvePaste(text: string): Candidate[] {
  const paste = decoded(text.slice(0, MAX_PASTE)).trim();
  const found = new Map<string, Candidate>();
  const add = (candidate: Candidate | undefined) => {
    if (candidate && !found.has(`${candidate.kind}:${candidate.id}`))
      found.set(`${candidate.kind}:${candidate.id}`, candidate);
  };
  const correlation = (raw: string, from: string) => {
    const id = asCorrelationId(raw.replace(/[.:-]+$/, ''));
    if (id) add({ kind: 'correlation-id', id, from });
  };
  const trace = (raw: string, from: string) => {
    const id = asTraceId(raw);
    if (id) add({ kind: 'trace-id', id, from });
  };
  const span = (raw: string, from: string) => {
    const id = asSpanId(raw);
    if (id) add({ kind: 'span-id', id, from });
  };

  for (const match of paste.matchAll(LABELLED)) correlation(match[1]!, 'a labelled id');
  for (const match of paste.matchAll(IN_PATH)) correlation(match[1]!, 'a link');
  for (const match of paste.matchAll(TRACEPARENT)) {
    trace(match[1]!, 'traceparent');
    span(match[2]!, 'traceparent');
  }
  for (const match of paste.matchAll(CLOUD_TRACE)) {
    trace(match[1]!, 'X-Cloud-Trace-Context');
    // The span id is decimal here, and may need all 64 bits.
    span(BigInt(match[2]!).toString(16), 'X-Cloud-Trace-Context');
  }
  for (const match of paste.matchAll(XRAY)) trace(`${match[1]}${match[2]}`, 'X-Amzn-Trace-Id');
  for (const match of paste.matchAll(HEX)) {
    if (match[0].length === 32) trace(match[0], 'a trace id');
    else if (
      match[0] === paste ||
      /span/i.test(paste.slice(Math.max(0, match.index - 16), match.index))
    )
      span(match[0], 'a span id');
  }
  for (const match of paste.matchAll(UUID)) correlation(match[0], 'a UUID');
  for (const match of paste.matchAll(ULID)) correlation(match[0], 'a ULID');
  // A whole paste that fits the grammar may be an id of somebody's own making.
  correlation(paste, 'the text itself');
  return [...found.values()].slice(0, MAX_CANDIDATES);
}

/** Ids inside one log line, for finding the line by them later. */
export function idsInLine(line: string): CorrelationId[] {
  if (line.length > 65_536) return [];
  const ids = new Set<CorrelationId>();
  for (const pattern of [LABELLED, UUID, ULID]) {
    for (const match of line.matchAll(pattern)) {
      const id = asCorrelationId((match[1] ?? match[0]).replace(/[.:-]+$/, ''));
      if (id && holdsId(line, id)) ids.add(id);
      if (ids.size >= 8) return [...ids];
    }
  }
  return [...ids];
}

/** Whether a text holds the id itself, not only a longer one of which it is a part. */
export function holdsId(text: string, id: string): boolean {
  const partOfId = (character: string | undefined) =>
    character !== undefined && /[A-Za-z0-9_-]/.test(character);
  for (let at = text.indexOf(id); at >= 0; at = text.indexOf(id, at + 1)) {
    if (!partOfId(text[at - 1]) && !partOfId(text[at + id.length])) return true;
  }
  return false;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Pasted text need not be percent-encoded: it is taken as it is.
    return text;
  }
}
