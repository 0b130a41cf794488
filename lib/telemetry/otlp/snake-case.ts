/** Names of OTLP's fields that have more than one word, as its protobuf files have them. */
const FIELDS = [
  'resource_spans',
  'resource_logs',
  'resource_metrics',
  'scope_spans',
  'scope_logs',
  'instrumentation_library_spans',
  'instrumentation_library_logs',
  'instrumentation_library',
  'schema_url',
  'log_records',
  'trace_id',
  'span_id',
  'parent_span_id',
  'trace_state',
  'start_time_unix_nano',
  'end_time_unix_nano',
  'time_unix_nano',
  'observed_time_unix_nano',
  'severity_number',
  'severity_text',
  'event_name',
  'dropped_attributes_count',
  'dropped_events_count',
  'dropped_links_count',
  'string_value',
  'bool_value',
  'int_value',
  'double_value',
  'array_value',
  'kvlist_value',
  'bytes_value',
];

const CAMEL_CASE: ReadonlyMap<string, string> = new Map(
  FIELDS.map((name) => [
    name,
    name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
  ]),
);

/**
 * Renames the fields of OTLP messages to lowerCamelCase, in place, wherever they stand: keys of
 * theirs are always fields, since what users name is a value. Iterative: a message is as deep as its
 * sender made it.
 * @returns whether there was any
 */
export function camelCaseKeys(messages: readonly unknown[]): boolean {
  const waiting: unknown[] = [...messages];
  let found = false;
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value !== 'object' || value === null) continue;
    if (!Array.isArray(value)) found = renameKeys(value as Record<string, unknown>) || found;
    for (const inner of Object.values(value)) waiting.push(inner);
  }
  return found;
}

function renameKeys(fields: Record<string, unknown>): boolean {
  let found = false;
  for (const name of Object.keys(fields)) {
    const camelCase = CAMEL_CASE.get(name);
    if (camelCase === undefined) continue;
    found = true;
    fields[camelCase] ??= fields[name];
    delete fields[name];
  }
  return found;
}
