import { culpritSpan, errorTypeOf } from '@/lib/telemetry/culprit';
import type { Span } from '@/lib/telemetry/model';
import { formatCount, formatDuration } from '@/lib/time/format';
import type { AttemptGroup } from '../correlation/attempts';
import { signatureOf, type Correlated } from '../correlation/correlate';
import type { Verdict } from '../contract';

type Segment = Verdict['sentence'][number];

/** What is known beside the request itself. */
export interface VerdictContext {
  /** Median duration of an operation before the request, in nanoseconds. */
  readonly normalNs: (span: Span) => number | null;
  readonly alike: Verdict['alike'];
  /** How often another service took this service's messages lately; absence is only claimed against enough of them. */
  readonly consumedBefore: (producer: Span) => number;
  readonly usualWaitNs: (producer: Span) => number | null;
  readonly callsPerRequest: (
    client: string,
    server: string,
  ) => { readonly now: number; readonly normal: number | null } | null;
  /** Every source answered in full, and long enough ago for late spans to be searchable. */
  readonly settled: boolean;
  readonly nowOffset: number;
}

/** Slow: this many times the usual, and by at least that much. */
const SLOW_FACTOR = 2;
const SLOW_EXCESS_NS = 100_000_000;
/** A healthy queue is given this long before anyone is missed. */
const PATIENCE_NS = 30_000_000_000;
const ENOUGH_HEALTHY = 20;
/** A careful client gives up after three attempts; one that does not is part of the fault. */
const CAREFUL_ATTEMPTS = 3;
/** So many times the usual calls are a storm. */
const STORM_FACTOR = 2;

/**
 * The one causal sentence. Ranked: an error whose path reaches the outcome, then an absence, then the largest excess over the usual;
 * skew only annotates. Pure.
 */
export function determineVerdict(
  request: Correlated,
  around: VerdictContext,
): Omit<Verdict, 'provisional'> {
  const base = {
    culprit: null,
    signature: null,
    normalNs: null,
    attempts: attemptsOf(request),
    alike: null,
  };
  const outcome = request.tree.nodes[0];
  if (!outcome) {
    const services = [...new Set(request.lines.map(({ line }) => line.service))];
    const text = request.lines.length
      ? `Unknown: no spans found, only ${request.lines.length} log ${request.lines.length === 1 ? 'line' : 'lines'} from ${list(services)}.`
      : 'Nothing found yet.';
    return { ...base, state: 'unknown', sentence: [plain(text)] };
  }
  const root = rootOf(request);
  const normalNs = around.normalNs(request.tree.nodes[root]!.span);
  const found =
    failure(request, root, around) ??
    missingOperation(request, around) ??
    latency(request, root, around, normalNs) ??
    success(request, root);
  return { ...base, normalNs, ...found, sentence: [...found.sentence, ...skewNote(request)] };
}

type Finding = Pick<Verdict, 'state' | 'sentence' | 'culprit'> & Partial<Verdict>;

const plain = (text: string): Segment => ({ text, tone: 'plain' });
const list = (names: readonly string[]) =>
  names.length <= 2
    ? names.join(' and ')
    : `${names.slice(0, 2).join(', ')} and ${names.length - 2} more`;
const idOf = (span: Span) => `${span.traceId}.${span.spanId}`;
const statusOf = (span: Span): number | undefined => {
  const status =
    span.attributes['http.response.status_code'] ?? span.attributes['http.status_code'];
  return typeof status === 'number' ? status : undefined;
};

/** The first lane that no other lane set off. */
const firstLane = (request: Correlated): number =>
  Math.max(
    0,
    request.tree.lanes.findIndex((_, lane) => !request.waits.some((wait) => wait.lane === lane)),
  );

/** The span whose outcome is the request's: the first operation, in its last attempt. */
function rootOf(request: Correlated): number {
  const { lanes, nodes } = request.tree;
  const first = firstLane(request);
  const operation = (lane: number) =>
    `${nodes[lanes[lane]!.from]!.span.service}\n${nodes[lanes[lane]!.from]!.span.name}`;
  const last = request.laneAttempts[first]
    ? lanes.findLastIndex(
        (_, lane) => request.laneAttempts[lane] !== null && operation(lane) === operation(first),
      )
    : first;
  return lanes[last]!.from;
}

const attemptsOf = (request: Correlated): number =>
  Math.max(
    1,
    ...request.attempts.map((group) => group.members.length),
    ...request.laneAttempts.map((attempt) => attempt?.of ?? 1),
  );

function failure(request: Correlated, root: number, around: VerdictContext): Finding | undefined {
  const { nodes, lanes } = request.tree;
  const failedIn = (from: number, to: number) =>
    nodes
      .slice(from, to)
      .filter((node) => node.span.status === 'error')
      .map((node) => node.span);
  const lane = lanes[nodes[root]!.lane]!;
  // The first operation, or what it set off later: a worker that failed is a failed request too.
  const reaches = nodes[root]!.span.status === 'error';
  const broken = reaches
    ? lane
    : lanes.find(
        (candidate) =>
          candidate !== lane &&
          nodes[candidate.from]!.span.status === 'error' &&
          !retriedLater(request, candidate.from),
      );
  if (!broken) return undefined;
  const first = culpritSpan(failedIn(broken.from, broken.to));
  if (!first) return undefined;
  const {
    tries,
    last: index,
    group,
  } = inAttempts(
    request,
    nodes.findIndex((node) => node.span === first),
  );
  const culprit = nodes[index]!.span;
  const outcome = nodes[outcomeOf(request, broken.from, index)]!.span;
  const status = statusOf(outcome);
  const storm =
    group && tries > CAREFUL_ATTEMPTS ? stormOf(request, group, culprit, around) : undefined;
  if (storm)
    return {
      state: 'failed',
      culprit: idOf(culprit),
      signature: signatureOf(culprit),
      sentence: storm,
      alike: around.alike,
    };
  const cause = culpritWords(culprit, outcome);
  const sentence: Segment[] = [
    plain(
      reaches
        ? `Failed: ${outcome.service} `
        : `Failed: ${afterAnswer(request, root, broken) ? 'the answer was sent, then ' : ''}${outcome.service} ${outcome.name} `,
    ),
    ...(status
      ? [plain('answered '), { text: String(status), tone: 'critical' as const }]
      : [plain('failed')]),
    ...(cause.length
      ? [plain(' because '), ...cause]
      : [plain(': '), { text: errorTypeOf(culprit), tone: 'critical' as const }]),
    plain(tries > 1 ? ` in all ${tries} attempts.` : '.'),
  ];
  if (around.alike?.burst && around.alike.count > 1) {
    sentence.push(
      plain(
        ` ${formatCount(around.alike.count)} requests failed this way since ${around.alike.since.slice(11, 16)}; normally none.`,
      ),
    );
  }
  return {
    state: 'failed',
    culprit: idOf(culprit),
    signature: signatureOf(culprit),
    sentence,
    alike: around.alike,
  };
}

/** Too many attempts with the same answer: who tried whom, how often, and how much more than usual that is for who is tried. */
function stormOf(
  request: Correlated,
  group: AttemptGroup,
  culprit: Span,
  around: VerdictContext,
): Segment[] | undefined {
  const { nodes } = request.tree;
  const status = statusOf(culprit);
  const client = nodes[group.members[0]!]!.span.service;
  // What threw is named by what it threw: the attempts are not the story.
  if (
    !status ||
    client === culprit.service ||
    culprit.events.some((event) => event.name === 'exception')
  )
    return undefined;
  const [first, last] = [group.members[0]!, group.members.at(-1)!];
  const took = request.start[last]! + request.duration[last]! - request.start[first]!;
  const calls = around.callsPerRequest(client, culprit.service);
  const more =
    calls && calls.normal !== null && calls.now > STORM_FACTOR * calls.normal
      ? ` ${culprit.service[0]!.toUpperCase()}${culprit.service.slice(1)} gets ${rounded(calls.now)} calls per ${client}; normally ${rounded(calls.normal)}.`
      : '';
  return [
    plain(
      `Failed: ${client} tried ${culprit.service} ${group.members.length} times in ${formatDuration(took)}, `,
    ),
    { text: String(status), tone: 'critical' },
    plain(` each time.${more}`),
  ];
}

const rounded = (value: number): string => String(Number(value.toPrecision(2)));

/** Set off by a message, and begun after the first operation had ended. */
function afterAnswer(request: Correlated, root: number, lane: { readonly from: number }): boolean {
  const set = request.waits.some((wait) => request.tree.lanes[wait.lane] === lane);
  return set && request.start[lane.from]! >= request.start[root]! + request.duration[root]!;
}

function retriedLater(request: Correlated, root: number): boolean {
  const attempt = request.laneAttempts[request.tree.nodes[root]!.lane];
  return attempt !== null && attempt !== undefined && attempt.number < attempt.of;
}

/** Who answered: the innermost service on the way to the culprit that gave the client's own status; a proxy above it only passed it on. */
function outcomeOf(request: Correlated, root: number, culprit: number): number {
  const { nodes } = request.tree;
  const status = statusOf(nodes[root]!.span);
  let outcome = root;
  const path: number[] = [];
  for (let index = culprit; index >= 0; index = nodes[index]!.parent) path.unshift(index);
  for (const index of path) {
    const { span } = nodes[index]!;
    if (
      span.kind === 'server' &&
      span.status === 'error' &&
      statusOf(span) === status &&
      span.service !== nodes[culprit]!.span.service
    )
      outcome = index;
  }
  return outcome;
}

function culpritWords(culprit: Span, outcome: Span): Segment[] {
  const who = `${culprit.service} ${culprit.name} `;
  const exception = culprit.events.some((event) => event.name === 'exception');
  if (exception) return [plain(`${who}threw `), { text: errorTypeOf(culprit), tone: 'critical' }];
  if (culprit === outcome)
    return culprit.statusMessage ? [plain(culprit.statusMessage.slice(0, 120))] : [];
  const status = statusOf(culprit);
  if (status && culprit.kind !== 'client')
    return [plain(`${who}answered `), { text: String(status), tone: 'critical' }];
  if (status) return [plain(`${who}got `), { text: String(status), tone: 'critical' }];
  return [
    plain(`${who}failed`),
    ...(culprit.statusMessage ? [plain(`: ${culprit.statusMessage.slice(0, 120)}`)] : []),
  ];
}

/** The attempts a failure was met in, and the same failure in the last of them, which decided the outcome. */
function inAttempts(
  request: Correlated,
  culprit: number,
): { tries: number; last: number; group?: AttemptGroup } {
  const { nodes } = request.tree;
  const signature = signatureOf(nodes[culprit]!.span);
  for (let index = culprit; index >= 0; index = nodes[index]!.parent) {
    const group = request.attempts.find((candidate) => candidate.members.includes(index));
    if (!group) continue;
    const same = group.members.map((member) => {
      for (let below = member; below < nodes[member]!.end; below += 1)
        if (nodes[below]!.span.status === 'error' && signatureOf(nodes[below]!.span) === signature)
          return below;
      return -1;
    });
    // "In all attempts" only if each failed, and in the same way.
    return {
      tries: same.every((below) => below >= 0) ? same.length : 1,
      last: same.at(-1)! >= 0 ? same.at(-1)! : culprit,
      group,
    };
  }
  return { tries: 1, last: culprit };
}

function missingOperation(request: Correlated, around: VerdictContext): Finding | undefined {
  const { nodes } = request.tree;
  for (const message of request.unconsumed) {
    const { span } = nodes[message.producer]!;
    const waited =
      around.nowOffset - request.start[message.producer]! - request.duration[message.producer]!;
    if (!around.settled || waited < PATIENCE_NS || around.consumedBefore(span) < ENOUGH_HEALTHY)
      continue;
    const status = statusOf(nodes[0]!.span);
    const usual = around.usualWaitNs(span);
    return {
      state: 'incomplete',
      culprit: idOf(span),
      signature: `${span.service} · ${message.queue} · no consumer`,
      sentence: [
        plain(
          `Incomplete: ${nodes[0]!.span.service} ${status ? `answered ${status}` : 'answered'}, but ${message.message} has waited `,
        ),
        { text: formatDuration(waited), tone: 'warning' },
        plain(
          `${message.queue ? ` in queue ${message.queue}` : ''}${usual === null ? '' : `; normally under ${formatDuration(usual)}`}. No consumer seen.`,
        ),
      ],
    };
  }
  return undefined;
}

function latency(
  request: Correlated,
  root: number,
  around: VerdictContext,
  normalNs: number | null,
): Finding | undefined {
  const { nodes } = request.tree;
  const total = request.duration[root]!;
  if (normalNs === null || total < normalNs * SLOW_FACTOR || total - normalNs < SLOW_EXCESS_NS)
    return undefined;
  const over = (index: number) => {
    const normal = around.normalNs(nodes[index]!.span);
    return normal === null ? 0 : request.duration[index]! - normal;
  };
  // Down the slow path: a child that explains most of its parent's excess is the better answer. Two ends of one call count as one.
  let culprit = root;
  for (;;) {
    const next = request.children[culprit]!.filter(
      (child) => nodes[child]!.span.kind !== 'consumer',
    ).sort((a, b) => over(b) - over(a))[0];
    if (next === undefined || over(next) < 0.7 * over(culprit)) break;
    culprit = next;
  }
  const { span } = nodes[culprit]!;
  const normal = around.normalNs(span);
  const sentence: Segment[] = [
    plain('Slow: '),
    { text: formatDuration(total), tone: 'warning' },
    plain(`, normally ${formatDuration(normalNs)}. `),
  ];
  if (culprit !== root && normal !== null)
    sentence.push(
      plain(
        `${span.service} ${span.name} took ${formatDuration(request.duration[culprit]!)}, normally ${formatDuration(normal)}. `,
      ),
    );
  sentence.push(plain('Nothing failed.'));
  return {
    state: 'slow',
    culprit: culprit === root ? null : idOf(span),
    signature: `${span.service} · ${span.name} · slow`,
    sentence,
  };
}

function success(request: Correlated, root: number): Finding {
  if (request.tree.nodes[root]!.orphan)
    return {
      state: 'unknown',
      culprit: null,
      sentence: [
        plain(
          `Unknown: the first span is missing; of ${formatCount(request.tree.nodes.length)} found, none decides the outcome.`,
        ),
      ],
    };
  const retried =
    request.attempts.length + (request.laneAttempts[request.tree.nodes[root]!.lane] ? 1 : 0);
  const failed = request.tree.nodes.filter((node) => node.span.status === 'error').length;
  const note =
    failed === 0
      ? ''
      : retried
        ? ' after a retry'
        : `, though ${failed} ${failed === 1 ? 'span' : 'spans'} failed on the way`;
  const later = request.waits.map((wait) => {
    const lane = request.tree.lanes[wait.lane]!;
    const { service, name } = request.tree.nodes[lane.from]!.span;
    return ` ${service} ${name} began after ${formatDuration(wait.duration)}${wait.queue ? ` in queue ${wait.queue}` : ''} and took ${formatDuration(request.duration[lane.from]!)}.`;
  });
  return {
    state: 'succeeded',
    culprit: null,
    sentence: [
      plain(
        `Succeeded in ${formatDuration(request.duration[root]!)}${note}.${later.length === 1 ? later[0] : later.length ? ` ${later.length} asynchronous lanes followed.` : ''}`,
      ),
    ],
  };
}

function skewNote(request: Correlated): Segment[] {
  const [worst] = [...request.skew].sort((a, b) => Math.abs(b[1]) - Math.abs(a[1]));
  if (!worst) return [];
  return [
    plain(
      ` ${worst[0]}'s clock runs ${formatDuration(Math.abs(worst[1]))} ${worst[1] < 0 ? 'ahead' : 'behind'}; times shown adjusted.`,
    ),
  ];
}
