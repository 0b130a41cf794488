import { config } from '@/lib/config/load';
import { asCorrelationId, asSearchId, CORRELATION_ATTRIBUTE } from '@/lib/correlation-id/grammar';
import { idsInLine } from '@/lib/correlation-id/ids-mentioned';
import type { Attributes, LogLine, Span } from '../model';

/** The correlation id of a span: its own, else that of its resource (a job). */
export function spanCorrelationId({ attributes, resource }: Span): string | null {
  const id = attributes[CORRELATION_ATTRIBUTE] ?? resource[CORRELATION_ATTRIBUTE];
  return typeof id === 'string' ? (asCorrelationId(id) ?? null) : null;
}

/** Other ids by which a span is found, separated by spaces: the values of its lookup attributes. */
export function spanMentions(span: Span): string | null {
  const ids = lookupIds(span.attributes);
  return ids.length > 0 ? withoutOwn(ids, spanCorrelationId(span)) : null;
}

/**
 * Other ids by which a line is found, separated by spaces: those in its text, found once at intake
 * as a line filter would find them, and the values of its lookup attributes.
 */
export function lineMentions(line: Omit<LogLine, 'id'>): string | null {
  const ids = [...lookupIds(line.attributes), ...idsInLine(line.body)];
  // By its trace it is found already.
  return withoutOwn(
    ids.filter((id) => id.toLowerCase() !== line.traceId),
    line.correlationId,
  );
}

/** The values of the configured lookup attributes that are ids by the grammar. */
function lookupIds(attributes: Attributes): string[] {
  return config().LOOKUP_ATTRIBUTES.flatMap((name) => {
    const value = attributes[name];
    if (typeof value !== 'string' && typeof value !== 'number') return [];
    return asSearchId(String(value)) ? [String(value)] : [];
  });
}

function withoutOwn(ids: readonly string[], ownId: string | null | undefined): string | null {
  const others = new Set(ids.filter((id) => id !== ownId));
  return others.size > 0 ? [...others].join(' ') : null;
}
