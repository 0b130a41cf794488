import type { EpochMs } from '@/lib/time/units';

/** How a test notification was told from an alert. */
export const TEST_CODES = [
  'grafana_contact_point',
  'cloud_monitoring_channel',
  'amazon_sns_topic',
] as const;
export type TestCode = (typeof TEST_CODES)[number];

/** What of an alert was not as it should be; the rest of it counts, and this is said. */
export const UNREAD_PARTS = [
  'status_unreadable',
  'start_unreadable',
  'start_in_future',
  'end_unreadable',
  'end_in_future',
  'end_before_start',
  'time_without_zone',
  'label_not_text',
  'labels_cut',
  'annotations_unreadable',
  'annotation_not_text',
  'annotations_cut',
  'fingerprint_computed',
  'generator_url_unreadable',
] as const;
export type UnreadPart = (typeof UNREAD_PARTS)[number];

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
  /** Of a test notification: never open, it ends at its arrival. */
  readonly test?: TestCode;
  readonly unreadParts?: readonly UnreadPart[];
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
  /** It is a test of the way here, with an alert or without. */
  readonly test: TestCode | null;
}

export const EMPTY_MESSAGE: ParsedMessage = {
  observations: [],
  rejected: [],
  peer: '',
  receiver: null,
  groupKey: null,
  truncated: false,
  test: null,
};

/** A test notification as it counts: over when it arrived, whatever it says of itself. */
export function endedTest(observation: Observation, test: TestCode, atMs: EpochMs): Observation {
  const startMs = observation.startMs < atMs ? observation.startMs : atMs;
  return { ...observation, test, firing: false, startMs, endMs: atMs };
}
