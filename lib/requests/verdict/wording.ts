import { answerCodeOf } from '@/lib/telemetry/conventions';
import type { Span } from '@/lib/telemetry/model';
import { formatCounted, formatDuration } from '@/lib/time/format';
import type { ClockShift } from '../correlation/skew';
import { describeErrorPath, describeException } from './failure-wording';
import type { Awaited, CallRatio, Finding, FindingOf, FollowUp, IncompleteSource } from './finding';
import { critical, plain, warning, type Segment } from './segment';

/** So many times the usual calls are worth a sentence. */
const STORM_FACTOR = 2;

/** The one causal sentence of a finding: the one place where verdicts are worded. */
export function describeFinding(finding: Finding): Segment[] {
  switch (finding.kind) {
    case 'nothing-found':
      return [plain(describeNothingFound(finding))];
    case 'logs-only':
      return [plain(describeLogsOnly(finding))];
    case 'root-missing':
      return [plain(describeRootMissing(finding))];
    case 'error-path':
      return describeErrorPath(finding);
    case 'retry-storm':
      return describeRetryStorm(finding);
    case 'unfinished':
      return describeUnfinished(finding);
    case 'exception-recorded':
      return describeRecordedException(finding);
    case 'missing-operation':
      return describeMissingOperation(finding);
    case 'latency':
      return describeLatency(finding);
    case 'so-far':
      return describeSoFar(finding);
    case 'success':
      return [plain(describeSuccess(finding))];
  }
}

/** Of the clock that is furthest off; skew only annotates. */
export function describeSkew(skew: ReadonlyMap<string, ClockShift>): Segment[] {
  const [worst] = [...skew].sort((a, b) => Math.abs(b[1].shiftNs) - Math.abs(a[1].shiftNs));
  if (!worst) return [];
  const [host, { shiftNs, calls }] = worst;
  const direction = shiftNs < 0 ? 'ahead' : 'behind';
  const amount = formatDuration(Math.abs(shiftNs));
  const shown = `${formatCounted(calls, 'call')} ${calls === 1 ? 'shows' : 'show'} it`;
  return [plain(` ${host}'s clock runs ${amount} ${direction} (${shown}); times shown adjusted.`)];
}

/** That nothing was found is told from that nothing could be, or was not yet. */
function describeNothingFound({ incomplete }: FindingOf<'nothing-found'>): string {
  if (incomplete.some(({ state }) => state === 'searching')) return 'Nothing found yet.';
  return `${['Nothing found', ...incomplete.map(describeIncomplete)].join('; ')}.`;
}

function describeLogsOnly({ lineCount, services, incomplete }: FindingOf<'logs-only'>): string {
  const lines = formatCounted(lineCount, 'log line');
  const found = `no spans found, only ${lines} from ${list(services)}`;
  return `Unknown: ${[found, ...incomplete.map(describeIncomplete)].join('; ')}.`;
}

function list(names: readonly string[]): string {
  if (names.length <= 2) return names.join(' and ');
  return `${names.slice(0, 2).join(', ')} and ${names.length - 2} more`;
}

function describeRootMissing(finding: FindingOf<'root-missing'>): string {
  const { first, durationNs, spanCount } = finding;
  const found = `of ${formatCounted(spanCount, 'span')} found, ${describeEnd(first, durationNs)}`;
  return `Unknown: the first span is missing; ${found}, and its parent was not found.`;
}

/** "edge answered 200 in 50 ms", "ci deploy took 50 ms" */
function describeEnd(span: Span, durationNs: number): string {
  const code = answerCodeOf(span);
  const took = lengthOf(span, durationNs);
  if (code) return `${span.service} answered ${code} in ${took}`;
  return `${span.service} ${span.name} took ${took}`;
}

const UNKNOWN_TIME = 'a time that is not known';

/** What has no true times was drawn without length: that is none to tell. */
const lengthOf = (span: Span, durationNs: number): string =>
  span.implausible ? UNKNOWN_TIME : formatDuration(durationNs);

function describeUnfinished(finding: FindingOf<'unfinished'>): Segment[] {
  const { root, runningNs, normalNs, failure } = finding;
  const usual = normalNs === null ? '' : `, normally done in ${formatDuration(normalNs)}`;
  const began = `${root.service} ${root.name} began ${lengthOf(root, runningNs)} ago${usual}`;
  const sentence = [plain(`Unfinished: ${began}; no end was received.`)];
  if (!failure) return sentence;
  const { culprit, evidence } = failure;
  const did = culprit.outcome === 'failed' ? 'failed' : 'recorded an exception';
  return [
    ...sentence,
    plain(` So far ${culprit.service} ${culprit.name} ${did}: `),
    ...describeException(evidence),
    plain('.'),
  ];
}

function describeRecordedException(finding: FindingOf<'exception-recorded'>): Segment[] {
  const { span, durationNs, culprit, evidence } = finding;
  const where = culprit === span ? '' : ` in ${culprit.service} ${culprit.name}`;
  const how = answerCodeOf(span) ? '' : ', and nothing says how it ended';
  return [
    plain(`Unknown: ${describeEnd(span, durationNs)}; an exception was recorded${where}: `),
    ...describeException(evidence),
    plain(`${how}.`),
  ];
}

function describeSoFar(finding: FindingOf<'so-far'>): Segment[] {
  const { first, durationNs, failedSpans, awaited, incomplete } = finding;
  const [next, ...others] = awaited;
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  const clauses = [
    ...(failedSpans > 0 ? [`${formatCounted(failedSpans, 'span')} failed on the way`] : []),
    ...(next ? [`${describeAwaited(next)}${more}`] : []),
    ...incomplete.map(describeIncomplete),
  ];
  return [plain(`So far: ${[describeEnd(first, durationNs), ...clauses].join('; ')}.`)];
}

function describeAwaited(awaited: Awaited): string {
  if (awaited.kind === 'end') {
    const { service, name } = awaited.span;
    return `waiting for the end of ${service} ${name}, begun ${formatDuration(awaited.runningNs)} ago`;
  }
  const { message, queue, waitedNs, usualNs } = awaited;
  const where = queue ? ` from queue ${queue}` : '';
  const usual = usualNs === null ? '' : `, normally under ${formatDuration(usualNs)}`;
  const sent = `sent ${formatDuration(waitedNs)} ago${usual}`;
  return `waiting for a consumer to take ${message}${where}, ${sent}`;
}

const INCOMPLETE: Readonly<Record<IncompleteSource['state'], string>> = {
  searching: 'is searching',
  partial: 'answered in part',
  failed: 'did not answer',
};

const describeIncomplete = ({ source, state }: IncompleteSource): string =>
  `${source} ${INCOMPLETE[state]}`;

function describeRetryStorm(finding: FindingOf<'retry-storm'>): Segment[] {
  const { client, culprit, attempts, durationNs, status, calls } = finding;
  const server = culprit.service;
  const tried = `${client} tried ${server} ${attempts} times in ${formatDuration(durationNs)}`;
  return [
    plain(`Failed: ${tried}, `),
    critical(status),
    plain(` each time.${describeCalls(client, server, calls)}`),
  ];
}

function describeCalls(client: string, server: string, calls: CallRatio | null): string {
  if (!calls || calls.normal === null || calls.now <= STORM_FACTOR * calls.normal) return '';
  const capitalized = `${server[0]!.toUpperCase()}${server.slice(1)}`;
  const now = twoDigits(calls.now);
  return ` ${capitalized} gets ${now} calls per ${client}; normally ${twoDigits(calls.normal)}.`;
}

const twoDigits = (value: number): string => String(Number(value.toPrecision(2)));

function describeMissingOperation(finding: FindingOf<'missing-operation'>): Segment[] {
  const { first, producer, message, queue, waitedNs, usualNs } = finding;
  const status = answerCodeOf(first);
  const answered = status ? `answered ${status}` : 'answered';
  const sender = producer.service === first.service ? '' : ` from ${producer.service}`;
  const where = queue ? ` in queue ${queue}` : '';
  const usual = usualNs === null ? '' : `; normally under ${formatDuration(usualNs)}`;
  return [
    plain(`Incomplete: ${first.service} ${answered}, but ${message}${sender} has waited `),
    warning(formatDuration(waitedNs)),
    plain(`${where}${usual}. No consumer seen.`),
  ];
}

function describeLatency(finding: FindingOf<'latency'>): Segment[] {
  const { durationNs, normalNs, culprit, nothingFailed } = finding;
  const sentence = [
    plain('Slow: '),
    warning(formatDuration(durationNs)),
    plain(`, normally ${formatDuration(normalNs)}.`),
  ];
  if (culprit) {
    const { service, name } = culprit.span;
    const took = `took ${formatDuration(culprit.durationNs)}`;
    const normal = `normally ${formatDuration(culprit.normalNs)}`;
    sentence.push(plain(` ${service} ${name} ${took}, ${normal}.`));
  }
  if (nothingFailed) sentence.push(plain(' Nothing failed.'));
  return sentence;
}

function describeSuccess(finding: FindingOf<'success'>): string {
  const { durationNs, followUps, untaken } = finding;
  const [first, ...others] = followUps;
  const later = others.length
    ? ` ${followUps.length} asynchronous lanes followed.`
    : describeFollowUp(first);
  const took = durationNs === null ? UNKNOWN_TIME : formatDuration(durationNs);
  const succeeded = `Succeeded in ${took}${describeRecovery(finding)}.`;
  return `${succeeded}${later}${describeUntaken(untaken)}`;
}

function describeUntaken([first, ...others]: FindingOf<'success'>['untaken']): string {
  if (!first) return '';
  const where = first.queue ? ` from queue ${first.queue}` : '';
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  return ` Nobody was seen to take ${first.message}${where}${more}.`;
}

function describeRecovery({ failedSpans, retried }: FindingOf<'success'>): string {
  if (failedSpans === 0) return '';
  if (retried) return ' after a retry';
  return `, though ${formatCounted(failedSpans, 'span')} failed on the way`;
}

function describeFollowUp(followUp: FollowUp | undefined): string {
  if (!followUp) return '';
  const { span, queue, waitNs, durationNs } = followUp;
  const where = queue ? ` in queue ${queue}` : '';
  const began = `began after ${lengthOf(span, waitNs)}${where}`;
  return ` ${span.service} ${span.name} ${began} and took ${lengthOf(span, durationNs)}.`;
}
