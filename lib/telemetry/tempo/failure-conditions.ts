import {
  ERROR_ATTRIBUTES,
  HTTP_STATUS_ATTRIBUTES,
  RPC_STATUS_ATTRIBUTES,
  STATUS_ATTRIBUTES,
} from '../conventions';
import { quoted } from '../prometheus/promql';

/** What TraceQL takes as a name without quotes, which older servers do not know. */
export const isPlainName = (attribute: string): boolean =>
  /^[A-Za-z][A-Za-z0-9_.-]*$/.test(attribute);

const each = (attributes: readonly string[], condition: (name: string) => string): string[] =>
  attributes.filter(isPlainName).map((attribute) => condition(`span.${attribute}`));

const matches = (name: string, pattern: string): string => `${name} =~ ${quoted(pattern)}`;

/**
 * A span that failed, by every convention: in TraceQL, the conditions of `outcomeOf`
 * (conventions.ts). It may take one too many, since a code of gRPC means one thing for a client and
 * another for a server: what is found is judged by `outcomeOf` itself.
 */
export const FAILED = `(${[
  'status = error',
  ...each(HTTP_STATUS_ATTRIBUTES, (name) => `${name} >= 500`),
  ...each(HTTP_STATUS_ATTRIBUTES, (name) => matches(name, '5..')),
  ...each(RPC_STATUS_ATTRIBUTES, (name) => `${name} > 0`),
  // All but OK and 0, in any spelling.
  ...each(RPC_STATUS_ATTRIBUTES, (name) => matches(name, '(?i)([^0o].*|ou.*)')),
  ...each(STATUS_ATTRIBUTES, (name) => matches(name, '(?i)(status_code_)?error|2')),
  ...each(ERROR_ATTRIBUTES, (name) => `${name} = true`),
  ...each(ERROR_ATTRIBUTES, (name) => `${name} > 0`),
  ...each(ERROR_ATTRIBUTES, (name) => `${name} < 0`),
  // Any text but "0" and "false".
  ...each(ERROR_ATTRIBUTES, (name) => matches(name, '[^0f].*|0.+|f[^a].*|fa[^l].*')),
].join(' || ')})`;

/** A span that failed, or that recorded an exception. */
export const FAILED_OR_EXCEPTION = `(${FAILED} || event.exception.type =~ ".+")`;
