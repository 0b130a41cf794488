import type { SpanFilter } from '../model';

export interface SqlCondition {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/**
 * That one of the traces of a request (`requests.trace_ids`) has a span like this, not before $4.
 * @param firstParameter the number of the first parameter that the condition may use
 */
export function spanFilterCondition(
  filter: SpanFilter | undefined,
  firstParameter: number,
): SqlCondition {
  const values: unknown[] = [];
  const parameter = (value: unknown) => `$${firstParameter + values.push(value) - 1}`;
  const conditions = filter ? spanConditions(filter, parameter) : [];
  if (conditions.length === 0) return { sql: 'true', values };
  return {
    sql: `EXISTS (
        SELECT 1
        FROM telemetry.span_rows AS span
        WHERE span.trace_id = ANY (requests.trace_ids)
          AND span.start_ns >= $4
          AND ${conditions.join('\n          AND ')}
      )`,
    values,
  };
}

type Parameter = (value: unknown) => string;

function spanConditions(filter: SpanFilter, parameter: Parameter): string[] {
  const { service, operation, failed, minDurationNs, podPattern, attributes = {} } = filter;
  const resource = resourceAttributes(filter);
  return [
    ...(service === undefined ? [] : [`span.service = ${parameter(service)}`]),
    ...(operation === undefined ? [] : [`span.name = ${parameter(operation)}`]),
    ...(failed ? [`span.outcome = 'failed'`] : []),
    ...(minDurationNs === undefined
      ? []
      : [`span.end_ns - span.start_ns >= ${parameter(minDurationNs)}`]),
    ...(resource === undefined
      ? []
      : [ofResource(`attributes::jsonb @> ${parameter(JSON.stringify(resource))}::jsonb`)]),
    ...(podPattern === undefined
      ? []
      : [ofResource(`attributes::jsonb ->> 'k8s.pod.name' ~ ${parameter(`^(?:${podPattern})$`)}`)]),
    ...Object.entries(attributes).map(([name, value]) =>
      value === undefined
        ? hasAttribute(parameter(name))
        : attributeEquals(parameter(JSON.stringify({ [name]: value }))),
    ),
  ];
}

function resourceAttributes({ pod, node, namespace }: SpanFilter): object | undefined {
  const named = Object.entries({
    'k8s.pod.name': pod,
    'k8s.node.name': node,
    'k8s.namespace.name': namespace,
  }).filter(([, value]) => value !== undefined);
  return named.length > 0 ? Object.fromEntries(named) : undefined;
}

const ofResource = (condition: string): string =>
  `span.resource_hash IN (SELECT hash FROM telemetry.resources WHERE ${condition})`;

/** The text of a detail is what JSON.stringify makes: a name, a colon, its value. */
const hasAttribute = (name: string): string =>
  `(strpos(span.detail, to_json(${name}::text)::text || ':') > 0
            OR ${ofResource(`attributes::jsonb ? ${name}`)})`;

const attributeEquals = (pair: string): string =>
  `(strpos(span.detail, btrim(${pair}, '{}')) > 0
            OR ${ofResource(`attributes::jsonb @> ${pair}::jsonb`)})`;
