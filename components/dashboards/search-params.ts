import {
  createLoader,
  createParser,
  createSerializer,
  parseAsArrayOf,
  parseAsString,
  parseAsStringLiteral,
  type inferParserType,
} from 'nuqs/server';
import { isSelectionText, parseSelection } from '@/lib/dashboards/selection-text';
import { DEFAULT_RANGE, isRange, isWindow, parseInstant } from '@/lib/dashboards/time-range';

export const PARAMETERS = ['service', 'operation', 'scaleSet', 'namespace', 'node'] as const;
export type Parameter = (typeof PARAMETERS)[number];

export const REFRESH_INTERVALS = ['off', '10s', '30s', '1m', '5m'] as const;
export const OPERATION_COLUMNS = ['operation', 'rate', 'failed'] as const;
export type OperationColumn = (typeof OPERATION_COLUMNS)[number];

/** Text that is kept as it is, if it means something; junk is ignored. */
const textWhere = (isValid: (text: string) => boolean) =>
  createParser({
    parse: (text: string) => (text !== '' && isValid(text) ? text : null),
    serialize: (text: string) => text,
  });

const instant = createParser({
  parse: (text: string) => parseInstant(text) ?? null,
  serialize: (text: string) => text,
});

/**
 * The values of one parameter, as lib/dashboards/selection-text has them; `.*` of Grafana is no
 * selection.
 */
const selection = textWhere((text) => isSelectionText(text) && parseSelection(text).length > 0);

type Labels = Readonly<Record<string, string>>;

/** The labels of one series, as JSON. */
const seriesLabels = createParser<Labels>({
  parse: parseLabels,
  serialize: (value) => JSON.stringify(value),
  eq: (a, b) => JSON.stringify(a) === JSON.stringify(b),
});

function parseLabels(text: string): Labels | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    const isText = Object.values(value).every((each) => typeof each === 'string');
    return isText ? (value as Labels) : null;
  } catch {
    // Not JSON: junk in a URL, which is ignored like all other.
    return null;
  }
}

export interface OperationSort {
  readonly column: OperationColumn;
  readonly descending: boolean;
}

/** `rate` ascending, `-rate` descending. */
const operationSort = createParser<OperationSort>({
  parse: (text) => {
    const descending = text.startsWith('-');
    const column = OPERATION_COLUMNS.find((each) => each === text.slice(descending ? 1 : 0));
    return column ? { column, descending } : null;
  },
  serialize: ({ column, descending }) => `${descending ? '-' : ''}${column}`,
  eq: (a, b) => a.column === b.column && a.descending === b.descending,
});

/**
 * Everything that is seen of a dashboard: the one parser of its URL, on the server and in browsers.
 */
export const dashboardSearchParams = {
  /** The last 15m, 6h, 7d; not used with from and to. */
  range: textWhere(isRange).withDefault(DEFAULT_RANGE),
  from: instant,
  to: instant,
  refresh: parseAsStringLiteral(REFRESH_INTERVALS).withDefault('30s'),
  service: selection,
  operation: selection,
  scaleSet: selection,
  namespace: selection,
  node: selection,
  /** The panel whose requests or rule are shown. */
  panel: parseAsString,
  dialog: parseAsStringLiteral(['requests', 'rule'] as const).withDefault('requests'),
  /** The point of that panel, and its series. */
  at: instant,
  series: seriesLabels,
  /** Panels that are shown as tables. */
  tables: parseAsArrayOf(parseAsString).withDefault([]),
  /** Series that are shown alone: the id of the panel, a colon, the name. */
  only: parseAsArrayOf(parseAsString).withDefault([]),
  sort: operationSort.withDefault({ column: 'rate', descending: true }),
};

export type DashboardState = inferParserType<typeof dashboardSearchParams>;

export const loadDashboardSearchParams = createLoader(dashboardSearchParams);
export const serializeDashboardState = createSerializer(dashboardSearchParams);

/**
 * From and to, if they are a window: half of one, or one that ends before it starts, is ignored.
 */
export function absoluteWindow({
  from,
  to,
}: Pick<DashboardState, 'from' | 'to'>): { readonly from: string; readonly to: string } | null {
  return from !== null && to !== null && isWindow(from, to) ? { from, to } : null;
}

/** The part of the state that decides on figures, as the API takes it. */
export function toDashboardQuery(state: DashboardState): URLSearchParams {
  const query = new URLSearchParams(absoluteWindow(state) ?? { range: state.range });
  for (const name of PARAMETERS) {
    const selected = state[name];
    if (selected !== null) query.set(name, selected);
  }
  return query;
}
