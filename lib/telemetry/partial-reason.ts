import { z } from 'zod';
import { REJECTION_REASONS, rejectionSummary } from './rejection';

const count = z.number().int();
const source = z.string().describe('name of the source');
const sentence = z.string().describe('for people; nothing decides on it');

/** Why an answer may not be all there is. The code is closed; the sentence is for people. */
export const partialReason = z.discriminatedUnion('code', [
  z.object({
    code: z.literal('row_limit'),
    kept: z.enum(['first', 'newest']),
    rows: z.enum(['traces', 'spans', 'lines', 'requests']),
    limit: count,
    sentence,
  }),
  z.object({ code: z.literal('failures_sampled'), read: count, of: count.nullable(), sentence }),
  z.object({ code: z.literal('causes_unread'), count, of: count, sentence }),
  z.object({ code: z.literal('shared_nanosecond'), limit: count, sentence }),
  z.object({ code: z.literal('unreadable_lines'), source, count, sentence }),
  z.object({ code: z.literal('unreadable_spans'), count, sentence }),
  z
    .object({
      code: z.literal('rejected_when_sent'),
      signal: z.enum(['traces', 'logs']),
      reason: z.enum(REJECTION_REASONS),
      count,
      sentence,
    })
    .describe('sent to the embedded store and not kept'),
  z.object({ code: z.literal('search_incomplete'), source, done: count, total: count, sentence }),
  z.object({ code: z.literal('search_range_limit'), source, hours: count, sentence }),
  z.object({ code: z.literal('slowest_of_newest'), source, limit: count, sentence }),
  z.object({
    code: z.literal('resolution_reduced'),
    source,
    stepSeconds: z.number(),
    requestedStepSeconds: z.number(),
    maxPoints: count,
    sentence,
  }),
  z.object({ code: z.literal('native_histograms'), count, sentence }),
  z.object({
    code: z.literal('source_warning'),
    source,
    text: z.string().describe('as the source wrote it'),
    sentence,
  }),
]);

export type PartialReason = z.infer<typeof partialReason>;

type WithoutSentence<Reason> = Reason extends unknown ? Omit<Reason, 'sentence'> : never;

/** A reason by its code and parameters only. */
export type PartialCause = WithoutSentence<PartialReason>;

const MAX_WARNING_LENGTH = 500;

/** Adds the sentence to a reason: the one place where these are worded. */
export function explainPartial(cause: PartialCause): PartialReason {
  return { ...cause, sentence: sentenceOf(cause) };
}

function sentenceOf(cause: PartialCause): string {
  switch (cause.code) {
    case 'row_limit':
      return `only the ${cause.kept} ${cause.limit} ${cause.rows} were read`;
    case 'failures_sampled':
      return `counts are of ${cause.read} failures of ${cause.of ?? 'more'}`;
    case 'causes_unread':
      return `of ${cause.of} failures the causes of ${cause.count} were not read`;
    case 'shared_nanosecond':
      return `more than ${cause.limit} lines share one nanosecond; not all were read`;
    case 'unreadable_lines':
      return `${cause.source} could not parse ${cause.count} lines`;
    case 'unreadable_spans':
      return `${cause.count} spans could not be read`;
    case 'rejected_when_sent':
      return rejectionSummary(cause.signal, cause.reason, cause.count);
    case 'search_incomplete':
      return `${cause.source} finished ${cause.done} of ${cause.total} search jobs`;
    case 'search_range_limit':
      return `${cause.source} searches at most ${cause.hours} h`;
    case 'slowest_of_newest':
      return (
        `the slowest of the newest ${cause.limit}: ` +
        `${cause.source} does not search by the longest`
      );
    case 'resolution_reduced':
      return (
        `drawn every ${cause.stepSeconds} s instead of ${cause.requestedStepSeconds} s: ` +
        `${cause.source} answers at most ${cause.maxPoints} points a series`
      );
    case 'native_histograms':
      return (
        `${cause.count} series are native histograms, which have no line of their own: ` +
        `ask for a quantile of them`
      );
    case 'source_warning':
      return cause.text.slice(0, MAX_WARNING_LENGTH);
  }
}

/** Each reason once, in order of first mention. */
export function distinctReasons<Reason extends { readonly sentence: string }>(
  reasons: readonly Reason[],
): Reason[] {
  return [...new Map(reasons.map((reason) => [reason.sentence, reason])).values()];
}
