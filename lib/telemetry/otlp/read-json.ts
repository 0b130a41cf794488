import { AppError } from '@/lib/errors/app-error';
import { rejectItem, type Rejection, type Signal } from '../rejection';
import { GROUPS, noListOf, notOtlp, type Decoded } from './decoded';
import { camelCaseKeys } from './snake-case';

const NOT_UTF8 = 'bytes that are no UTF-8 were replaced by U+FFFD';
const NOT_JSON_NUMBERS = 'NaN and Infinity are no JSON; they were read as text';
const LINES = 'one message a line was read; OTLP/HTTP has one message a request';
const OLD_LISTS =
  'lists of instrumentation libraries were read; since OTLP 0.15 they are scopeSpans and scopeLogs';
const SNAKE_CASE = 'keys in snake_case were read; OTLP/JSON has them in lowerCamelCase';

/** A text, or a number that JavaScript and Python write and JSON has not. */
const TEXT_OR_SPECIAL_NUMBER = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g;
/** A key in snake_case: values are never followed by a colon. */
const SNAKE_CASE_KEY = /"[a-z]+(?:_[a-z]+)+"\s*:/;
const OLD_LIST_KEY = /"instrumentationLibrary(?:Spans|Logs)"\s*:/;

/**
 * The groups of an OTLP/JSON message. Taken beside what the specification has, with a warning: bytes
 * that are no UTF-8, NaN, the original names of fields (protobuf's own JSON allows them), the lists of
 * before OTLP 0.15, one message a line (the collector's file exporter).
 * @throws AppError invalid_input where nothing can be read
 */
export function readJson(signal: Signal, body: Uint8Array): Decoded {
  const warnings: string[] = [];
  const rejected: Rejection[] = [];
  const text = decodeText(body, warnings);
  const messages = parseMessages(signal, text, rejected, warnings);
  if (SNAKE_CASE_KEY.test(text) && camelCaseKeys(messages)) warnings.push(SNAKE_CASE);
  if (OLD_LIST_KEY.test(text)) warnings.push(OLD_LISTS);
  const groups = messages.flatMap((message) => groupsOf(signal, message, rejected));
  return { groups, rejected, warnings };
}

function decodeText(body: Uint8Array, warnings: string[]): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    // Not swallowed: the sender is told.
    warnings.push(NOT_UTF8);
    return new TextDecoder().decode(body);
  }
}

function parseMessages(
  signal: Signal,
  text: string,
  rejected: Rejection[],
  warnings: string[],
): unknown[] {
  const whole = parse(text, warnings);
  if (whole) return [whole.value];
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const messages = lines.length > 1 ? lines.map((line) => parse(line, warnings)) : [];
  if (!messages.some((message) => isObject(message?.value))) throw notOtlp('json');
  warnings.push(LINES);
  return messages.flatMap((message) => {
    if (message) return [message.value];
    rejected.push(rejectItem(signal, 'unreadable', 'or more stand in a line that is no JSON'));
    return [];
  });
}

function parse(text: string, warnings: string[]): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    // Not swallowed: tried once more, and what is no JSON then is refused.
  }
  if (!/NaN|Infinity/.test(text)) return undefined;
  const quotedText = text.replaceAll(TEXT_OR_SPECIAL_NUMBER, (found) =>
    found.startsWith('"') ? found : `"${found}"`,
  );
  try {
    const value = JSON.parse(quotedText) as unknown;
    if (!warnings.includes(NOT_JSON_NUMBERS)) warnings.push(NOT_JSON_NUMBERS);
    return { value };
  } catch {
    // Not swallowed: the caller refuses what is no JSON.
    return undefined;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function groupsOf(signal: Signal, message: unknown, rejected: Rejection[]): readonly unknown[] {
  const name = GROUPS[signal];
  if (!isObject(message))
    throw new AppError('invalid_input', `The body is no object with a list "${name}".`);
  const groups = message[name];
  const fields = Object.keys(message);
  if (groups === undefined && fields.length > 0) throw noListOf(signal, fields);
  if (groups != null && !Array.isArray(groups))
    throw new AppError('invalid_input', `The body has no list "${name}".`);
  for (const other of Object.values(GROUPS))
    if (other !== name && Array.isArray(message[other]))
      for (const _ of message[other])
        rejected.push(rejectItem(signal, 'other_signal', `or more are of another signal`));
  return groups ?? [];
}
