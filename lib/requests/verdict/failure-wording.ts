import {
  answerCodeOf,
  errorMessageOf,
  errorTypeOf,
  hasException,
  isPanic,
  namedErrorOf,
  otherCodeOf,
} from '@/lib/telemetry/conventions';
import { peerOf } from '@/lib/telemetry/span-target';
import { proxyFaultOf } from '@/lib/telemetry/envoy';
import type { Span } from '@/lib/telemetry/model';
import { formatCount, formatDuration } from '@/lib/time/format';
import type { FindingOf } from './finding';
import { critical, plain, type Segment } from './segment';

const MAX_MESSAGE_LENGTH = 120;
/** A client span that is only called by its method does not say whom it called. */
const METHOD_ONLY = /^(HTTP )?[A-Z]+$/;
const TIMED_OUT = /timed?[ -]?out|deadline/i;

/** Who answered what, because of what in whom. */
export function describeErrorPath(finding: FindingOf<'error-path'>): Segment[] {
  const { outcome, reachesRoot, afterAnswer, attempts, similar } = finding;
  const prefix = afterAnswer ? 'the answer was sent, then ' : '';
  const who = reachesRoot ? outcome.service : `${outcome.service} ${outcome.name}`;
  const status = answerCodeOf(outcome);
  const { what, message } = describeCulprit(finding);
  const sentence = [
    plain(`Failed: ${prefix}${who} `),
    ...(status ? [plain('answered '), critical(status)] : [plain('failed')]),
    ...(what.length > 0 ? [plain(' because '), ...what] : []),
    plain(attempts > 1 ? ` in all ${attempts} attempts` : ''),
    plain(message ? `: ${message}.` : '.'),
  ];
  if (similar?.burst && similar.count > 1) {
    const since = similar.since.slice(11, 16);
    const count = formatCount(similar.count);
    sentence.push(plain(` ${count} requests failed this way since ${since}; normally none.`));
  }
  return sentence.filter(({ text }) => text !== '');
}

interface Cause {
  /** What the culprit did; nothing where it is the outcome itself and says no more. */
  readonly what: readonly Segment[];
  readonly message: string;
}

function describeCulprit({
  culprit,
  evidence,
  outcome,
  reachesRoot,
}: FindingOf<'error-path'>): Cause {
  const isOutcome = culprit === outcome;
  const who = isOutcome ? nameAgain(culprit, reachesRoot) : nameOf(culprit);
  const message = messageOf(evidence);
  const after = plain(afterTimeout(culprit, evidence));
  if (isPanic(evidence)) return { what: [plain(`${who} `), critical('panicked')], message };
  if (hasException(evidence)) {
    const type = oneLine(errorTypeOf(evidence));
    const what = [plain(`${who} threw `), critical(type), after];
    return { what, message };
  }
  if (isOutcome) return { what: [], message: message || failureWithoutCode(evidence) };
  const proxyFault = proxyFaultOf(culprit) ?? '';
  const status = answerCodeOf(culprit);
  if (status) {
    const verb = culprit.kind === 'client' ? 'got' : 'answered';
    return {
      what: [plain(`${who} ${verb} `), critical(status), after],
      message: proxyFault || message,
    };
  }
  const code = otherCodeOf(culprit);
  const what = code ? [plain(`${who} failed with `), critical(code)] : [plain(`${who} failed`)];
  return { what: [...what, after], message: proxyFault || message };
}

/** What went wrong, where that is more than the code that was answered. */
const failureWithoutCode = (span: Span): string =>
  proxyFaultOf(span) ?? (answerCodeOf(span) === undefined ? oneLine(errorTypeOf(span)) : '');

/** The type of what was thrown, and its message. */
export function describeException(span: Span): Segment[] {
  const type = oneLine(errorTypeOf(span));
  const message = messageOf(span);
  const says = message ? [plain(`: ${message}`)] : [];
  if (isPanic(span)) return [critical('panic'), ...says];
  return [critical(type), ...says];
}

function nameOf({ service, name, kind, attributes }: Span): string {
  const peer = oneLine(peerOf({ attributes }));
  const isCall = kind === 'client' && METHOD_ONLY.test(name);
  return `${service} ${name}${isCall && peer ? ` to ${peer}` : ''}`;
}

/** The outcome was named: its operation only where its service alone was. */
const nameAgain = ({ name }: Span, reachesRoot: boolean): string => (reachesRoot ? name : 'it');

/** How long was waited, where a wait was given up. */
function afterTimeout(culprit: Span, evidence: Span): string {
  const isTimeout = TIMED_OUT.test(`${errorTypeOf(evidence)} ${errorMessageOf(evidence)}`);
  if (culprit.kind !== 'client' || !isTimeout || !culprit.ended) return '';
  return ` after ${formatDuration(Number(culprit.endNs - culprit.startNs))}`;
}

/** What was said beside its type: a status repeats the type before the message, or alone. */
function messageOf(span: Span): string {
  const message = oneLine(errorMessageOf(span));
  const type = namedErrorOf(span);
  if (type === undefined) return message;
  const names = [type, type.slice(type.lastIndexOf('.') + 1)];
  const repeated = names.find((name) => message === name || message.startsWith(`${name}: `));
  return repeated === undefined ? message : message.slice(repeated.length + 2);
}

/** Bounded, without the full stop that the sentence has itself, or a colon with nothing behind it. */
function oneLine(text: string): string {
  const [line = ''] = text.trim().split('\n', 1);
  const short =
    line.length > MAX_MESSAGE_LENGTH ? `${line.slice(0, MAX_MESSAGE_LENGTH - 1)}…` : line;
  return short.replace(/\s+/g, ' ').replace(/[.:\s]+$/, '');
}
