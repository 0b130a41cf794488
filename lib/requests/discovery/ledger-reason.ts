import { z } from 'zod';
import { SOURCE_DEADLINE_MS } from '@/lib/http/outbound';
import type { FailureReason } from '@/lib/http/outbound-error';
import { formatCount, formatCounted } from '@/lib/time/format';
import { partialReason, type PartialReason } from '@/lib/telemetry/partial-reason';

const sentence = z.string().describe('for people; nothing decides on it');
const limit = z.number().int();

const FAILURES = [
  'timeout',
  'unavailable',
  'unauthorized',
  'bad_query',
  'too_large',
  'rate_limited',
  'protocol',
  'cancelled',
] as const satisfies readonly FailureReason[];

/** How a source can fail; that it was asked too often is no failure of its. */
export type SourceFailure = Exclude<FailureReason, 'call_limit'>;

/** Why an entry of the ledger is not all there is, or why its source failed or was not asked. */
export const ledgerReason = z.discriminatedUnion('code', [
  ...partialReason.options,
  z.object({
    code: z.literal('source_failed'),
    source: z.string(),
    failure: z.enum(FAILURES),
    detail: z.string().describe('what the source or the connection said; may be empty'),
    calls: z.number().int().optional().describe('so many calls failed this way'),
    answered: z.number().int().optional().describe('so many others were answered'),
    sentence,
  }),
  z.object({
    code: z.literal('panel_failed'),
    panel: z.string(),
    detail: z.string(),
    sentence,
  }),
  z
    .object({ code: z.literal('calls_limit'), source: z.string(), limit, sentence })
    .describe('so many calls may be made for one request; more would have been needed'),
  z.object({ code: z.literal('traces_limit'), limit, sentence }),
  z.object({ code: z.literal('linked_traces_limit'), limit, sentence }),
  z.object({ code: z.literal('related_ids_limit'), limit, sentence }),
  z
    .object({
      code: z.literal('not_searchable_yet'),
      source: z.string(),
      lagSeconds: z.number().int(),
      sentence,
    })
    .describe('so new that its source does not find all of it yet'),
  z
    .object({
      code: z.literal('implausible_times'),
      rows: z.enum(['spans', 'lines']),
      count: z.number().int(),
      sentence,
    })
    .describe('times that cannot be true; the answer is whole all the same'),
  z.object({ code: z.literal('no_service_known'), sentence }),
  z.object({ code: z.literal('no_metrics_source'), sentence }),
  z.object({ code: z.literal('nothing_to_match'), sentence }),
  z
    .object({ code: z.literal('recorded'), sentence })
    .describe('of evidence that was kept before reasons had codes'),
]);

export type LedgerReason = z.infer<typeof ledgerReason>;

type Cause<Reason> = Reason extends unknown ? Omit<Reason, 'sentence'> : never;

/** A reason of the ledger itself, beside those that a source gives with its answer. */
export type LedgerCause = Cause<
  Exclude<LedgerReason, { readonly code: PartialReason['code'] | 'recorded' }>
>;

/** Adds the sentence to a reason: the one place where these are worded. */
export function explainLedgerReason(cause: LedgerCause): LedgerReason {
  return { ...cause, sentence: sentenceOf(cause) };
}

type FailureCause = Extract<LedgerCause, { readonly code: 'source_failed' }>;

/** A source that answered some calls is there: then it is the calls that failed. */
function failureSentence({ source, failure, detail, calls, answered = 0 }: FailureCause): string {
  const said = detail && `: ${detail}`;
  if (answered === 0) return `${source} ${FAILURE_TEXT[failure]}${said}`;
  const others = calls === undefined ? 'others' : formatCount(calls);
  return (
    `${source} answered ${formatCounted(answered, 'call')}, ` +
    `${others} ${FAILED_CALL_TEXT[failure]}${said}`
  );
}

const FAILURE_TEXT: Record<SourceFailure, string> = {
  timeout: `timed out after ${SOURCE_DEADLINE_MS / 1000} s`,
  unavailable: 'cannot be reached',
  unauthorized: 'refused our credentials',
  bad_query: 'did not accept the query',
  too_large: 'has more than can be read',
  rate_limited: 'asks for fewer queries',
  protocol: 'answered something that cannot be read',
  cancelled: 'was no longer waited for',
};

/** Of calls, where others to the same source were answered. */
const FAILED_CALL_TEXT: Record<SourceFailure, string> = {
  timeout: `timed out after ${SOURCE_DEADLINE_MS / 1000} s`,
  unavailable: 'could not reach it',
  unauthorized: 'had our credentials refused',
  bad_query: 'had the query refused',
  too_large: 'asked for more than can be read',
  rate_limited: 'came too soon after others',
  protocol: 'got an answer that cannot be read',
  cancelled: 'stopped waiting',
};

function sentenceOf(cause: LedgerCause): string {
  switch (cause.code) {
    case 'source_failed':
      return failureSentence(cause);
    case 'panel_failed':
      return `${cause.panel}: ${cause.detail}`;
    case 'calls_limit':
      return `${cause.source} was not asked more than ${formatCount(cause.limit)} times`;
    case 'traces_limit':
      return `only the first ${cause.limit} traces were read`;
    case 'linked_traces_limit':
      return `only ${cause.limit} linked traces were followed`;
    case 'related_ids_limit':
      return `only ${cause.limit} of the correlation ids found were followed`;
    case 'not_searchable_yet':
      return (
        `not searchable yet: ${cause.source} finds spans ` +
        `about ${cause.lagSeconds} s after they came`
      );
    case 'implausible_times': {
      const what = formatCounted(cause.count, cause.rows === 'spans' ? 'span' : 'line');
      return `${what} with a time that cannot be true, listed without a place in time`;
    }
    case 'no_service_known':
      return 'no service is known';
    case 'no_metrics_source':
      return 'no metrics source is configured';
    case 'nothing_to_match':
      return 'nothing was found that an alert could belong to';
  }
}
