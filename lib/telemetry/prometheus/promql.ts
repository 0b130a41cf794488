/** A PromQL expression built here; nothing else is sent to a backend. */
declare const brand: unique symbol;
export type PromQl = string & { readonly [brand]: 'PromQl' };

export type Matcher = readonly [label: string, operator: '=' | '!=' | '=~' | '!~', value: string];

/**
 * A string literal of PromQL, LogQL and TraceQL alike: Go's double-quoted form, of which JSON's is
 * a part for well-formed text. U+FFFD stands for bytes that are no text; written out, Prometheus
 * takes it for such.
 * @throws RangeError for lone surrogates, which no backend can hold either.
 */
export function quoted(value: string): string {
  if (!value.isWellFormed()) throw new RangeError('text with a lone surrogate cannot be queried');
  return JSON.stringify(value).replace(
    /[\u2028\u2029\ufffd]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16)}`,
  );
}

/** A pattern that matches exactly one of the values (RE2, anchored by the backend). */
export const oneOf = (values: readonly string[]): string =>
  values.map((value) => value.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&')).join('|');

export function selector(
  metric: string,
  matchers: readonly Matcher[],
  rangeSeconds?: number,
): PromQl {
  if (!/^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(metric))
    throw new RangeError(`not a metric name: ${metric}`);
  const inner = matchers.map(([label, operator, value]) => {
    if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(label)) throw new RangeError(`not a label name: ${label}`);
    return `${label}${operator}${quoted(value)}`;
  });
  return `${metric}{${inner.join(',')}}${rangeSeconds ? `[${Math.round(rangeSeconds)}s]` : ''}` as PromQl;
}

/** How many series have each value of a label. */
export function countBy(label: string, series: PromQl): PromQl {
  if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(label)) throw new RangeError(`not a label name: ${label}`);
  return `count by (${label}) (${series})` as PromQl;
}

/**
 * A PromQL expression with `${}` holes that take built expressions and plain numbers only. It may be
 * written over several lines: what is sent is one line.
 */
export function promql(
  parts: TemplateStringsArray,
  ...holes: readonly (PromQl | number)[]
): PromQl {
  const lines = parts.map(joinLines);
  const text = lines.reduce((joined, part, index) => joined + String(holes[index - 1]) + part);
  return text.trim() as PromQl;
}

/** Only the text between holes: a line break inside a value stays what it is. */
const joinLines = (part: string): string =>
  part
    .replace(/\(\s*\n\s*/g, '(')
    .replace(/\s*\n\s*\)/g, ')')
    .replace(/\s*\n\s*/g, ' ');
