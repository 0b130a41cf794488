// Pure: runs in browsers too.
import { asTraceId, isShortNumber, type CorrelationId, type TraceId } from './grammar';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const HEX16 = /^[0-9a-f]{16}$/i;
const HEX32 = /^[0-9a-f]{32}$/i;

/** The 32 hex digits of a UUID, with or without its dashes; nothing for any other id. */
function hexOfUuid(id: string): string | undefined {
  if (!UUID.test(id) && !HEX32.test(id)) return undefined;
  return id.replaceAll('-', '').toLowerCase();
}

/**
 * Every spelling under which a source may hold the id, the given one first. A UUID is the same in
 * capitals and without dashes (RFC 9562); any other id has one spelling.
 */
export function spellingsOf(id: CorrelationId): readonly CorrelationId[] {
  const hex = hexOfUuid(id);
  if (hex === undefined) return [id];
  const dashed = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-');
  const all = [id, dashed, hex, dashed.toUpperCase(), hex.toUpperCase()];
  return [...new Set(all)] as CorrelationId[];
}

/** One text for all spellings of an id. */
export const canonicalId = (id: string): string => hexOfUuid(id) ?? id;

/**
 * The trace that may have this id: 32 hex digits, the same with the dashes of a UUID, or the 16 of
 * a trace id of 64 bits.
 */
export function traceIdOf(id: CorrelationId): TraceId | undefined {
  const hex = HEX16.test(id) ? id : hexOfUuid(id);
  return hex === undefined ? undefined : asTraceId(hex);
}

/**
 * How log lines may write a trace id: in capitals, without the upper half or the leading zeros it
 * does not have, and its lower half as the decimal of Datadog.
 */
export function traceSpellings(id: TraceId): readonly string[] {
  const short = id.startsWith('0'.repeat(16)) ? [id.slice(16)] : [];
  const stripped = id.replace(/^0+/, '');
  const decimal = BigInt(`0x${id.slice(16)}`).toString();
  const hex = [id, ...short, ...(stripped.length >= 8 ? [stripped] : [])];
  const capitals = hex.map((each) => each.toUpperCase());
  return [...new Set([...hex, ...capitals, ...(decimal.length >= 15 ? [decimal] : [])])];
}

/** As what an id is searched; sentences are made where they are shown. */
export const TRIED_KINDS = [
  'correlation-id',
  'uuid-spellings',
  'lookup-attribute',
  'log-text',
  'trace-id',
  'trace-id-64-bit',
  'span-id',
] as const;
export type TriedKind = (typeof TRIED_KINDS)[number];

/** As what the page of an id searches for it. */
export function triedAs(id: CorrelationId): readonly TriedKind[] {
  // A few digits stand in too many texts to mean anything there.
  if (isShortNumber(id)) return ['lookup-attribute'];
  const spelled: readonly TriedKind[] = spellingsOf(id).length > 1 ? ['uuid-spellings'] : [];
  const trace = HEX16.test(id) ? 'trace-id-64-bit' : 'trace-id';
  return [
    'correlation-id',
    ...spelled,
    'lookup-attribute',
    'log-text',
    ...(traceIdOf(id) === undefined ? [] : ([trace] as const)),
  ];
}
