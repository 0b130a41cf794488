import {
  createLoader,
  createSerializer,
  parseAsString,
  parseAsStringLiteral,
  type inferParserType,
} from 'nuqs/server';
import type { ListQuery } from '@/lib/alerts/contract';

const STATES = [
  'open',
  'unacknowledged',
  'acknowledged',
  'resolved',
  'all',
] as const satisfies readonly ListQuery['state'][];
const GROUPINGS = ['none', 'name', 'service', 'severity', 'source'] as const;

const filters = {
  state: parseAsStringLiteral(STATES).withDefault('open'),
  severity: parseAsString.withDefault(''),
  service: parseAsString.withDefault(''),
  q: parseAsString.withDefault(''),
};

/** What the alert list shows, as its URL has it; what is at its default stays out of the URL. */
export const alertListParams = {
  ...filters,
  group: parseAsStringLiteral(GROUPINGS).withDefault('none'),
};

export type AlertFilters = inferParserType<typeof filters>;
export type Grouping = (typeof GROUPINGS)[number];
export type AlertListParams = inferParserType<typeof alertListParams>;

/** Back to every open alert. */
export const NO_FILTERS: { [Key in keyof AlertFilters]: null } = {
  state: null,
  severity: null,
  service: null,
  q: null,
};

export const loadAlertListParams = createLoader(alertListParams);

/**
 * The query of `/api/alerts` that has what these filters show; empty when they are at their
 * defaults.
 */
export const alertListSearch = ({ state, severity, service, q }: AlertFilters): string =>
  serializeFilters({ state, severity, service, q }).replace(/^\?/, '');

const serializeFilters = createSerializer(filters);
