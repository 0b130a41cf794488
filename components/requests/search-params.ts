import { createParser, parseAsArrayOf, parseAsString, parseAsStringLiteral } from 'nuqs/server';
import { fromRfc3339, toRfc3339 } from '@/lib/time/units';
import { parseZoom, sameZoom, serializeZoom } from './zoom';

/** What stands below the waterfall; on a phone in its place. */
export const SIGNAL_TABS = ['logs', 'metrics', 'operations', 'compare'] as const;
export const PAGE_TABS = ['timeline', ...SIGNAL_TABS] as const;
export const LEVEL_FILTERS = ['error', 'warn', 'info', 'debug', 'unattached'] as const;
export const OPERATION_COLUMNS = ['name', 'calls', 'errors', 'totalNs', 'selfNs'] as const;
const SORT_DIRECTIONS = ['ascending', 'descending'] as const;

/** The value of `span` when the details are closed although there is a culprit. */
export const NO_SPAN = 'none';

export type SignalTab = (typeof SIGNAL_TABS)[number];
export type PageTab = (typeof PAGE_TABS)[number];
export type LevelFilter = (typeof LEVEL_FILTERS)[number];

const parseInstant = (text: string) => fromRfc3339(text) ?? null;

/**
 * What is seen of a request is in the URL: the one parser of it, for the page on the server and for
 * its components. Times are absolute and ids are stable, so that a link shows a colleague the same.
 */
export const requestSearchParams = {
  /** The window to search, RFC 3339; both or none. */
  from: parseAsString,
  to: parseAsString,
  /** Id of kept evidence that is shown in place of what the sources have. */
  evidence: parseAsString,
  /** Id of the span whose details are open, or `none`. */
  span: parseAsString,
  tab: parseAsStringLiteral(PAGE_TABS),
  clock: parseAsStringLiteral(['adjusted', 'raw']).withDefault('adjusted'),
  gaps: parseAsStringLiteral(['fold', 'linear']).withDefault('fold'),
  /** The part of the request that the waterfall shows; all of it without. */
  zoom: createParser({ parse: parseZoom, serialize: serializeZoom, eq: sameZoom }),
  /** The instant at which the crosshair is pinned. */
  at: createParser({ parse: parseInstant, serialize: toRfc3339 }),
  /** Keys of the rows that are collapsed: a trace id for a lane, else the id of a span. */
  collapsed: parseAsArrayOf(parseAsString).withDefault([]),
  /** Text, level and service that the listed log lines have. */
  q: parseAsString.withDefault(''),
  level: parseAsStringLiteral(LEVEL_FILTERS),
  service: parseAsString,
  /** Correlation id of the request that is compared with; a healthy one without. */
  with: parseAsString,
  /** Order of the operations. */
  sort: parseAsStringLiteral(OPERATION_COLUMNS).withDefault('selfNs'),
  direction: parseAsStringLiteral(SORT_DIRECTIONS).withDefault('descending'),
};
