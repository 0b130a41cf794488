import { z } from 'zod';
import { CANDIDATE_ORIGINS } from '@/lib/correlation-id/resolve';
import { TRIED_KINDS } from '@/lib/correlation-id/spellings';
import { partialReason } from '@/lib/telemetry/partial-reason';
import { instant } from '@/lib/time/schema';
import { operation } from '../view/contract';

/** A request on a list. */
const requestSummary = z
  .object({
    correlationId: z.string().nullable(),
    traceId: z.string(),
    service: z.string(),
    name: z.string(),
    start: instant,
    durationNs: z.number(),
    state: z
      .enum(['failed', 'exception', 'unfinished', 'succeeded'])
      .describe('exception: one is recorded, and nothing says how it ended'),
    status: z.string(),
  })
  .meta({ id: 'RequestSummary' });

/** Requests that failed the same way. */
export const signatureGroup = z
  .object({
    signature: z.string(),
    service: z.string(),
    operation: z.string(),
    errorType: z.string(),
    outcome: z.string(),
    count: z.number().int(),
    firstSeen: instant,
    lastSeen: instant,
    trend: z
      .array(z.number().int())
      .describe('failures in each twelfth of the window, oldest first'),
    example: z.string().describe('id of the newest of them'),
  })
  .meta({ id: 'SignatureGroup' });

/** All that failed in a window, by signature. */
export const failingSignatures = z
  .object({
    total: z.number().int().nullable().describe('requests of the window, if the source can tell'),
    failedTotal: z.number().int().nullable().describe('how many failed, if the source can tell'),
    read: z.number().int().describe('of so many failures are the counts'),
    signatures: z.array(signatureGroup).describe('most frequent first'),
    partial: z.array(partialReason).describe('why counts may be too low'),
    failed: z.string().nullable().describe('why the source did not answer'),
  })
  .meta({ id: 'FailingSignatures' });

export const recentRequests = z
  .object({
    window: z.object({ from: instant, to: instant }),
    source: z.string(),
    total: z.number().int().nullable().describe('how many there were, where the source can tell'),
    partial: z.array(partialReason).describe('why it may not be all'),
    requests: z.array(requestSummary).describe('newest first'),
    failed: z.string().nullable().describe('why the source did not answer'),
    cursor: instant.nullable().describe('of the next page; null after the last'),
    failures: failingSignatures.nullable().describe('of the first page of a list with failures'),
  })
  .meta({ id: 'RecentRequests' });

/** The requests that a figure was made of. */
export const drilldownRequests = z
  .object({
    from: instant,
    to: instant,
    requests: z.array(requestSummary),
    more: z.boolean().describe('there are more than are shown'),
    partial: z.array(partialReason).describe('why it may not be all'),
    failed: z.string().nullable().describe('why the source did not answer'),
  })
  .meta({ id: 'DrilldownRequests' });

/** Where the time of the requests behind a figure went. */
export const drilldownOperations = z
  .object({
    operations: z.array(operation),
    read: z.number().int().describe('of how many of the requests'),
    failed: z.string().nullable().describe('why the source did not answer'),
  })
  .meta({ id: 'DrilldownOperations' });

/** The ids that a pasted text holds, most likely first. */
export const candidateList = z
  .object({
    candidates: z.array(
      z.object({
        kind: z.enum(['correlation-id', 'trace-id', 'span-id']),
        id: z.string(),
        from: z.enum(CANDIDATE_ORIGINS).describe('what it was found as'),
        open: z.string().nullable().describe('id of the request it leads to'),
        found: z
          .boolean()
          .nullable()
          .describe('whether a source knows it; null where only its page asks, or none could say'),
        tried: z.array(z.enum(TRIED_KINDS)).describe('as what it was searched, or is by its page'),
      }),
    ),
  })
  .meta({ id: 'CandidateList' });

export type RequestSummary = z.infer<typeof requestSummary>;
export type SignatureGroup = z.infer<typeof signatureGroup>;
export type FailingSignatures = z.infer<typeof failingSignatures>;
export type RecentRequests = z.infer<typeof recentRequests>;
export type DrilldownRequests = z.infer<typeof drilldownRequests>;
export type DrilldownOperations = z.infer<typeof drilldownOperations>;
