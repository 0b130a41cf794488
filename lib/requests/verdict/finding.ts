import type { Span } from '@/lib/telemetry/model';
import type { Verdict } from '../contract';

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
  /** Now, from the origin of the request's axis. */
  readonly nowOffset: number;
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

/** What a verdict rests on: the facts of its sentence, which `describeFinding` words. */
export type Finding =
  | { readonly kind: 'nothing-found' }
  | {
      readonly kind: 'logs-only';
      readonly lineCount: number;
      readonly services: readonly string[];
    }
  | { readonly kind: 'root-missing'; readonly spanCount: number }
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
      /** The call that explains most of the excess; null when it is the root itself. */
      readonly culprit: {
        readonly span: Span;
        readonly durationNs: number;
        readonly normalNs: number;
      } | null;
    }
  | {
      readonly kind: 'success';
      readonly durationNs: number;
      readonly failedSpans: number;
      readonly retried: boolean;
      readonly followUps: readonly FollowUp[];
    };

export type FindingOf<Kind extends Finding['kind']> = Extract<Finding, { readonly kind: Kind }>;
