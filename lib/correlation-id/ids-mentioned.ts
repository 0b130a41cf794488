import { asCorrelationId, type CorrelationId } from './grammar';
import { LABELLED, ULID, UUID } from './id-patterns';

const MAX_LINE = 65_536;
const MAX_IDS = 8;
/**
 * An id of somebody's own making, where nothing names it: a letter and three digits at least, no
 * time and no span id.
 */
const BARE =
  /(?<![A-Za-z0-9_.:@%-])[A-Za-z0-9]{1,64}(?:[-_][A-Za-z0-9]{1,64}){0,16}(?![A-Za-z0-9_%-])/g;
const LOOKS_MADE =
  /^(?=.{8,128}$)(?![0-9a-f]{16}$)(?!\d{4}-\d\d-\d\dT)(?=[^A-Za-z]{0,127}[A-Za-z])(?:\D{0,127}\d){3}/;

/**
 * Ids inside one log line, for finding the line by them later: named ones, UUIDs and ULIDs, and what
 * looks like an id of somebody's own making.
 */
export function idsInLine(line: string): CorrelationId[] {
  if (line.length > MAX_LINE) return [];
  const ids = new Set<CorrelationId>();
  for (const pattern of [LABELLED, UUID, ULID, BARE]) {
    for (const match of line.matchAll(pattern)) {
      const id = asCorrelationId((match[1] ?? match[0]).replace(/[.:-]+$/, ''));
      if (!id || (pattern === BARE && !LOOKS_MADE.test(id))) continue;
      if (!holdsId(line, id)) continue;
      ids.add(id);
      if (ids.size >= MAX_IDS) return [...ids];
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
