import type { Span } from '@/lib/telemetry/model';
import type { LedgerEntry, Verdict } from '../contract';

/** What is known beside the request itself. Durations are nanoseconds. */
export interface VerdictContext {
  /** Median duration of an operation before the request. */
  readonly normalNs: (span: Span) => number | null;
  readonly alike: Verdict['alike'];
  /** How often another service consumed this service's messages lately. */
  readonly consumedBefore: (producer: Span) => number;
  readonly usualWaitNs: (producer: Span) => number | null;
  readonly callsPerRequest: (client: string, server: string) => CallRatio | null;
  /** Every source answered in full, and long enough ago for late spans to be searchable. */
  readonly settled: boolean;
  /** Sources of traces and logs that have not answered in full: no success is claimed of the rest. */
  readonly incomplete: readonly IncompleteSource[];
  /** Now, from the origin of the request's axis. */
  readonly nowOffset: number;
}

export interface IncompleteSource {
  readonly source: string;
  readonly state: Extract<LedgerEntry['state'], 'searching' | 'partial' | 'failed'>;
}

/** Calls for each request that the caller takes in. */
export interface CallRatio {
  readonly now: number;
  readonly normal: number | null;
}

/** A lane that a message set off. */
export interface FollowUp {
  readonly span: Span;
  readonly queue: string;
  readonly waitNs: number;
  readonly durationNs: number;
}

/** What a request still waits for before anything can be said of how it ended. */
export type Awaited =
  | {
      readonly kind: 'message';
      readonly message: string;
      readonly queue: string;
      readonly waitedNs: number;
      readonly usualNs: number | null;
    }
  /** What was set off has begun, and no end of it was received. */
  | { readonly kind: 'end'; readonly span: Span; readonly runningNs: number };

/** What a verdict rests on: the facts of its sentence, which `describeFinding` words. */
export type Finding =
  | { readonly kind: 'nothing-found'; readonly incomplete: readonly IncompleteSource[] }
  | {
      readonly kind: 'logs-only';
      readonly lineCount: number;
      readonly incomplete: readonly IncompleteSource[];
      readonly services: readonly string[];
    }
  | {
      /** The parent of the first span was not found: what it answered is not known to be all. */
      readonly kind: 'root-missing';
      readonly first: Span;
      readonly durationNs: number;
      readonly spanCount: number;
    }
  | {
      readonly kind: 'error-path';
      readonly culprit: Span;
      /** Where it is recorded what went wrong: the culprit, or a layer of its framework. */
      readonly evidence: Span;
      /** Who answered with the outcome. */
      readonly outcome: Span;
      /** The first operation failed, not only what it set off. */
      readonly reachesRoot: boolean;
      readonly afterAnswer: boolean;
      /** Attempts that all failed the same way. */
      readonly attempts: number;
      readonly similar: Verdict['alike'];
    }
  | {
      readonly kind: 'retry-storm';
      readonly culprit: Span;
      readonly client: string;
      readonly attempts: number;
      readonly durationNs: number;
      /** What was answered each time. */
      readonly status: string;
      readonly calls: CallRatio | null;
      readonly similar: Verdict['alike'];
    }
  | {
      /** No end of the first span was received: it runs still, or was never finished. */
      readonly kind: 'unfinished';
      readonly root: Span;
      readonly runningNs: number;
      readonly normalNs: number | null;
      /** The worst of what failed in it so far. */
      readonly failure: { readonly culprit: Span; readonly evidence: Span } | null;
    }
  | {
      /** An exception is recorded, but nothing says how the operation ended. */
      readonly kind: 'exception-recorded';
      readonly span: Span;
      readonly durationNs: number;
      readonly culprit: Span;
      readonly evidence: Span;
    }
  | {
      readonly kind: 'missing-operation';
      readonly producer: Span;
      /** The first span of the request: it answered. */
      readonly first: Span;
      readonly message: string;
      readonly queue: string;
      readonly waitedNs: number;
      readonly usualNs: number | null;
    }
  | {
      readonly kind: 'latency';
      readonly root: Span;
      readonly durationNs: number;
      readonly normalNs: number;
      /** All is known, and nothing failed. */
      readonly nothingFailed: boolean;
      /** The call that explains most of the excess; null when it is the root itself. */
      readonly culprit: {
        readonly span: Span;
        readonly durationNs: number;
        readonly normalNs: number;
      } | null;
    }
  | {
      /** The first operation went well; what it set off, or what a source has, is not known yet. */
      readonly kind: 'so-far';
      readonly first: Span;
      readonly durationNs: number;
      readonly failedSpans: number;
      readonly awaited: readonly Awaited[];
      readonly incomplete: readonly IncompleteSource[];
    }
  | {
      readonly kind: 'success';
      /** Null where the times of the first span cannot be true. */
      readonly durationNs: number | null;
      readonly failedSpans: number;
      readonly retried: boolean;
      readonly followUps: readonly FollowUp[];
      /** Messages that nobody was seen to take, of queues of which no consumer is known. */
      readonly untaken: readonly { readonly message: string; readonly queue: string }[];
    };

export type FindingOf<Kind extends Finding['kind']> = Extract<Finding, { readonly kind: Kind }>;
