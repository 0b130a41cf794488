import type { EpochMs } from '@/lib/time/units';

/**
 * One alert as a source delivered it: that it fires since a moment, or fired until one. Text is
 * attacker-influenced, and already cleaned of what Postgres cannot hold.
 */
export interface Observation {
  /** Of the labels; the series it belongs to, within its source. */
  readonly fingerprint: string;
  readonly firing: boolean;
  readonly startMs: EpochMs;
  /** Of a resolved alert. */
  readonly endMs: EpochMs | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly generatorUrl: string | null;
}

/** What one delivery says. */
export interface ParsedMessage {
  readonly observations: readonly Observation[];
  /** Items that are no alerts; the others count all the same. */
  readonly rejected: readonly { readonly reason: string; readonly item: string }[];
  /** Which member of the source's cluster sent it. */
  readonly peer: string;
  readonly receiver: string | null;
  /** As the source groups; for display only, since it changes when routes are edited. */
  readonly groupKey: string | null;
  /** The source left alerts out of the message. */
  readonly truncated: boolean;
}

export const EMPTY_MESSAGE: ParsedMessage = {
  observations: [],
  rejected: [],
  peer: '',
  receiver: null,
  groupKey: null,
  truncated: false,
};
