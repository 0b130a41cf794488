import { answerCodeOf, errorTypeOf, hasException } from '@/lib/telemetry/conventions';
import { formatCount, formatDuration } from '@/lib/time/format';
import type { Verdict } from '../contract';
import type { CallRatio, Finding, FindingOf, FollowUp } from './finding';

type Segment = Verdict['sentence'][number];

const MAX_MESSAGE_LENGTH = 120;
/** So many times the usual calls are worth a sentence. */
const STORM_FACTOR = 2;

const plain = (text: string): Segment => ({ text, tone: 'plain' });
const critical = (text: string): Segment => ({ text, tone: 'critical' });
const warning = (text: string): Segment => ({ text, tone: 'warning' });

/** The one causal sentence of a finding: the one place where verdicts are worded. */
export function describeFinding(finding: Finding): Segment[] {
  switch (finding.kind) {
    case 'nothing-found':
      return [plain('Nothing found yet.')];
    case 'logs-only':
      return [plain(describeLogsOnly(finding))];
    case 'root-missing':
      return [
        plain(
          `Unknown: the first span is missing; of ${formatCount(finding.spanCount)} found, ` +
            'none decides the outcome.',
        ),
      ];
    case 'error-path':
      return describeErrorPath(finding);
    case 'retry-storm':
      return describeRetryStorm(finding);
    case 'missing-operation':
      return describeMissingOperation(finding);
    case 'latency':
      return describeLatency(finding);
    case 'success':
      return [plain(describeSuccess(finding))];
  }
}

/** Of the clock that is furthest off; skew only annotates. */
export function describeSkew(skew: ReadonlyMap<string, number>): Segment[] {
  const [worst] = [...skew].sort((a, b) => Math.abs(b[1]) - Math.abs(a[1]));
  if (!worst) return [];
  const [host, shiftNs] = worst;
  const direction = shiftNs < 0 ? 'ahead' : 'behind';
  const amount = formatDuration(Math.abs(shiftNs));
  return [plain(` ${host}'s clock runs ${amount} ${direction}; times shown adjusted.`)];
}

function describeLogsOnly({ lineCount, services }: FindingOf<'logs-only'>): string {
  const lines = `${lineCount} log ${lineCount === 1 ? 'line' : 'lines'}`;
  return `Unknown: no spans found, only ${lines} from ${list(services)}.`;
}

function list(names: readonly string[]): string {
  if (names.length <= 2) return names.join(' and ');
  return `${names.slice(0, 2).join(', ')} and ${names.length - 2} more`;
}

function describeErrorPath(finding: FindingOf<'error-path'>): Segment[] {
  const { evidence, outcome, reachesRoot, afterAnswer, attempts, similar } = finding;
  const prefix = afterAnswer ? 'the answer was sent, then ' : '';
  const who = reachesRoot ? outcome.service : `${outcome.service} ${outcome.name}`;
  const status = answerCodeOf(outcome);
  const cause = describeCulprit(finding);
  const sentence = [
    plain(`Failed: ${prefix}${who} `),
    ...(status ? [plain('answered '), critical(status)] : [plain('failed')]),
    ...(cause.length
      ? [plain(' because '), ...cause]
      : [plain(': '), critical(errorTypeOf(evidence))]),
    plain(attempts > 1 ? ` in all ${attempts} attempts.` : '.'),
  ];
  if (similar?.burst && similar.count > 1) {
    const since = similar.since.slice(11, 16);
    const count = formatCount(similar.count);
    sentence.push(plain(` ${count} requests failed this way since ${since}; normally none.`));
  }
  return sentence;
}

/** What the culprit did; nothing where it is the outcome itself and says no more. */
function describeCulprit({ culprit, evidence, outcome }: FindingOf<'error-path'>): Segment[] {
  const who = `${culprit.service} ${culprit.name} `;
  const message = culprit.statusMessage.slice(0, MAX_MESSAGE_LENGTH);
  const status = answerCodeOf(culprit);
  if (hasException(evidence)) return [plain(`${who}threw `), critical(errorTypeOf(evidence))];
  if (culprit === outcome) return message ? [plain(message)] : [];
  if (status) {
    const verb = culprit.kind === 'client' ? 'got' : 'answered';
    return [plain(`${who}${verb} `), critical(status)];
  }
  return [plain(`${who}failed`), ...(message ? [plain(`: ${message}`)] : [])];
}

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
  const { first, message, queue, waitedNs, usualNs } = finding;
  const status = answerCodeOf(first);
  const answered = status ? `answered ${status}` : 'answered';
  const where = queue ? ` in queue ${queue}` : '';
  const usual = usualNs === null ? '' : `; normally under ${formatDuration(usualNs)}`;
  return [
    plain(`Incomplete: ${first.service} ${answered}, but ${message} has waited `),
    warning(formatDuration(waitedNs)),
    plain(`${where}${usual}. No consumer seen.`),
  ];
}

function describeLatency({ durationNs, normalNs, culprit }: FindingOf<'latency'>): Segment[] {
  const sentence = [
    plain('Slow: '),
    warning(formatDuration(durationNs)),
    plain(`, normally ${formatDuration(normalNs)}. `),
  ];
  if (culprit) {
    const { service, name } = culprit.span;
    const took = `took ${formatDuration(culprit.durationNs)}`;
    const normal = `normally ${formatDuration(culprit.normalNs)}`;
    sentence.push(plain(`${service} ${name} ${took}, ${normal}. `));
  }
  return [...sentence, plain('Nothing failed.')];
}

function describeSuccess(finding: FindingOf<'success'>): string {
  const { durationNs, followUps } = finding;
  const [first, ...others] = followUps;
  const later = others.length
    ? ` ${followUps.length} asynchronous lanes followed.`
    : describeFollowUp(first);
  return `Succeeded in ${formatDuration(durationNs)}${describeRecovery(finding)}.${later}`;
}

function describeRecovery({ failedSpans, retried }: FindingOf<'success'>): string {
  if (failedSpans === 0) return '';
  if (retried) return ' after a retry';
  return `, though ${failedSpans} ${failedSpans === 1 ? 'span' : 'spans'} failed on the way`;
}

function describeFollowUp(followUp: FollowUp | undefined): string {
  if (!followUp) return '';
  const { span, queue, waitNs, durationNs } = followUp;
  const where = queue ? ` in queue ${queue}` : '';
  const began = `began after ${formatDuration(waitNs)}${where}`;
  return ` ${span.service} ${span.name} ${began} and took ${formatDuration(durationNs)}.`;
}
