// Pure: runs in browsers too.
import { errorMessageOf, errorTypeOf, namedErrorOf } from './conventions';
import type { Span } from './model';

/**
 * What makes two failures the same failure: the one place for the request page, lists and episodes.
 */

const MAX_SIGNATURE_LENGTH = 200;
const MAX_MESSAGE_LENGTH = 80;
/** So much of a message is read. */
const MAX_READ_LENGTH = 400;

/**
 * Types that anything may be thrown as, in any language, without package and in small letters: only
 * the message tells one cause from another.
 */
const GENERIC_TYPES = new Set([
  'error',
  'exception',
  'baseexception',
  'throwable',
  'runtimeerror',
  'runtimeexception',
  'standarderror',
  'applicationexception',
  'systemexit',
  'aggregateerror',
  'aggregateexception',
  'errorexception',
  'executionexception',
  'completionexception',
  'undeclaredthrowableexception',
  'invocationtargetexception',
  'servletexception',
  'nestedservletexception',
  'errorstring',
  'plainerror',
  'wraperror',
  'wraperrors',
  'joinerror',
  'fundamental',
  'withstack',
  'withmessage',
  'statuserror',
  'axioserror',
  'fetcherror',
  'httperror',
  'httpexception',
  'string',
]);

const UUID = /\b[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\b/gi;
/** At least one digit: a word of the letters a to f is a word. */
const HEX = /\b(?:0x[0-9a-f]+|(?=[a-f]*\d)[0-9a-f]{8,})\b/gi;
/** An apostrophe within a word opens nothing. */
const QUOTED = /(^|[\s([{:=,])(["'`])[^"'`]*\2(?=$|[\s)\]},.:;!?])/g;
const NUMBER = /\d+(?:[.:]\d+)*/g;

/**
 * The text of `service · operation · what went wrong`. Numbers in the operation's name are taken
 * out; codes are not: they tell one cause from another.
 * @param failureKind as `failureKindOf` gives it
 */
export const signatureText = (service: string, operation: string, failureKind: string): string =>
  [service, withoutIds(operation).replace(/\d{3,}/g, 'N'), failureKind]
    .join(' · ')
    .slice(0, MAX_SIGNATURE_LENGTH);

/**
 * What kind of failure a span records: the name of what went wrong, with its message where that
 * name is one that anything is called by.
 */
export function failureKindOf(span: Span): string {
  const name = namedErrorOf(span);
  if (name === undefined) return withoutVariableParts(errorTypeOf(span));
  const kind = withoutIds(name);
  if (!isGeneric(name)) return kind;
  const message = withoutVariableParts(errorMessageOf(span));
  return message && message !== kind ? `${kind}: ${message}` : kind;
}

/** @param type `java.lang.RuntimeException`, `*errors.errorString`, `.string`, `Error` */
function isGeneric(type: string): boolean {
  const name = type.slice(
    Math.max(...['.', '/', ':', '\\'].map((mark) => type.lastIndexOf(mark))) + 1,
  );
  return GENERIC_TYPES.has(name.toLowerCase());
}

/** The first line of a message with what differs from one request to the next taken out. */
export function withoutVariableParts(message: string): string {
  const [line = ''] = message.slice(0, MAX_READ_LENGTH).trim().split('\n', 1);
  return withoutIds(line)
    .replace(QUOTED, '$1…')
    .replace(NUMBER, 'N')
    .replace(/\s+/g, ' ')
    .slice(0, MAX_MESSAGE_LENGTH)
    .trim();
}

const withoutIds = (text: string): string => text.replace(UUID, 'N').replace(HEX, 'N');
