import type { Attributes } from '../model';
import { rejectItem, type Rejection, type Signal } from '../rejection';
import { attributesOf, list, text } from './wire-values';

/** The names of the lists of one signal, at both levels: of now, and of OTLP before 0.15. */
const LISTS = {
  traces: { scopes: ['scopeSpans', 'instrumentationLibrarySpans'], items: 'spans' },
  logs: { scopes: ['scopeLogs', 'instrumentationLibraryLogs'], items: 'logRecords' },
} as const;
/** Fields that hold no items. */
const OTHER_FIELDS: ReadonlySet<string> = new Set([
  'resource',
  'schemaUrl',
  'scope',
  'instrumentationLibrary',
]);
const MAX_NAMED_FIELDS = 3;

/** One span or log record as it came, and where it stood. */
export interface GroupedItem<Item> {
  readonly wire: Item | null;
  readonly resource: Attributes;
  readonly scope: string;
}

/**
 * Every item of a message's groups. A group that is none, or whose list has another name, is
 * rejected: how many items it holds nobody can say.
 */
export function* itemsOf<Item>(
  signal: Signal,
  groups: readonly unknown[] | undefined,
  reject: (rejection: Rejection) => void,
): Generator<GroupedItem<Item>> {
  const { scopes, items } = LISTS[signal];
  for (const group of list(groups)) {
    const fields = asFields(group);
    const resource = attributesOf(asFields(fields?.resource)?.attributes as never);
    for (const scoped of listIn(signal, fields, scopes, reject)) {
      const inner = asFields(scoped);
      const scope = asFields(inner?.scope) ?? asFields(inner?.instrumentationLibrary);
      const name = text(scope?.name);
      for (const wire of listIn(signal, inner, [items], reject))
        yield { wire: wire as Item | null, resource, scope: name };
    }
  }
}

type Fields = Readonly<Record<string, unknown>>;

const asFields = (value: unknown): Fields | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : undefined;

/** What stands in the lists with these names. */
function listIn(
  signal: Signal,
  fields: Fields | undefined,
  names: readonly string[],
  reject: (rejection: Rejection) => void,
): readonly unknown[] {
  if (!fields) {
    reject(rejectItem(signal, 'unknown_shape', `or a group of them is no object`));
    return [];
  }
  const values = names.map((name) => fields[name]).filter((value) => value != null);
  for (const value of values)
    if (!Array.isArray(value))
      reject(rejectItem(signal, 'unknown_shape', `stands in "${names[0]}", which is no list`));
  const others = values.length > 0 ? [] : otherFields(fields);
  if (others.length > 0)
    reject(
      rejectItem(
        signal,
        'unknown_shape',
        `may stand in ${quoted(others)}, where only "${names[0]}" is read`,
      ),
    );
  return values.length === 1
    ? list(values[0] as unknown[])
    : values.flatMap((value) => list(value as unknown[]));
}

const otherFields = (fields: Fields): string[] =>
  Object.keys(fields).filter((name) => !OTHER_FIELDS.has(name));

/** "a", "b", "c": the first of what a message has, as its sender may know them. */
export const quoted = (names: readonly string[]): string =>
  names
    .slice(0, MAX_NAMED_FIELDS)
    .map((name) => JSON.stringify(text(name).slice(0, 40)))
    .join(', ');
