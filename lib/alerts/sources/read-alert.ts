import { epochMs, MINUTE_MS, type EpochMs } from '@/lib/time/units';
import { computeFingerprint } from './fingerprint';
import { MAX_ANNOTATION, MAX_LABEL, readTextPairs, readTime, storable } from './message-fields';
import type { Observation, UnreadPart } from './observation';

/** What clocks may differ by; a time further in the future is wrong. */
const CLOCK_TOLERANCE_MS = 5 * MINUTE_MS;
const PRINTABLE = /^[\x21-\x7e]{1,128}$/;
const MAX_URL = 8_192;

const FIRING = new Set(['firing', 'alerting', 'active', 'open', 'triggered']);
const RESOLVED = new Set(['resolved', 'ok', 'normal', 'closed', 'inactive']);

/**
 * Reads an alert as Alertmanager, Grafana and those who write like them send it. What is not as it
 * should be is left out or replaced, and named in `unreadParts`: only what has no labels is no
 * alert. Never throws.
 * @param receivedMs stands in for times that are not said or cannot be true
 * @returns the alert, or why it is none
 */
export function readAlert(
  item: unknown,
  receivedMs: EpochMs,
): { readonly observation: Observation } | { readonly reason: string } {
  if (typeof item !== 'object' || item === null || Array.isArray(item))
    return { reason: 'is no object' };
  const given = item as Readonly<Record<string, unknown>>;
  const labels = readTextPairs(given.labels, MAX_LABEL);
  if (!labels) return { reason: 'labels: are no object' };
  const hasFingerprint = typeof given.fingerprint === 'string' && PRINTABLE.test(given.fingerprint);
  if (!hasFingerprint && Object.keys(labels.pairs).length === 0)
    return { reason: 'labels: there are none' };
  const unread = new Set<UnreadPart>();
  if (labels.converted) unread.add('label_not_text');
  if (labels.cut) unread.add('labels_cut');
  if (!hasFingerprint) unread.add('fingerprint_computed');
  const annotations = readAnnotations(given.annotations, unread);
  const times = readTimes(given, receivedMs, unread);
  const generatorUrl = readUrl(given.generatorURL, unread);
  return {
    observation: {
      fingerprint: hasFingerprint ? String(given.fingerprint) : computeFingerprint(labels.pairs),
      ...times,
      labels: labels.pairs,
      annotations,
      generatorUrl,
      ...(unread.size > 0 && { unreadParts: [...unread] }),
    },
  };
}

function readAnnotations(given: unknown, unread: Set<UnreadPart>): Record<string, string> {
  if (given === undefined || given === null) return {};
  const annotations = readTextPairs(given, MAX_ANNOTATION);
  if (!annotations) {
    unread.add('annotations_unreadable');
    return {};
  }
  if (annotations.converted) unread.add('annotation_not_text');
  if (annotations.cut) unread.add('annotations_cut');
  return annotations.pairs;
}

type Times = Pick<Observation, 'firing' | 'startMs' | 'endMs'>;

function readTimes(
  given: Readonly<Record<string, unknown>>,
  receivedMs: EpochMs,
  unread: Set<UnreadPart>,
): Times {
  const latestMs = receivedMs + CLOCK_TOLERANCE_MS;
  const start = readTime(given.startsAt);
  const end = readTime(given.endsAt);
  const isZoneless = (time: typeof start) => time.kind === 'time' && time.withoutZone;
  if (isZoneless(start) || isZoneless(end)) unread.add('time_without_zone');
  if (start.kind !== 'time') unread.add('start_unreadable');
  if (end.kind === 'unreadable') unread.add('end_unreadable');
  const saidEnd = end.kind === 'time' ? end.ms : undefined;
  const firing = isFiring(given.status, saidEnd, receivedMs, unread);
  const endMs = firing ? null : endOf(saidEnd, receivedMs, unread);
  const said = start.kind === 'time' ? start.ms : undefined;
  if (said !== undefined && said > latestMs) unread.add('start_in_future');
  // A start that cannot be true is the moment of arrival, or of the end that came with it.
  if (said === undefined || said > latestMs) return { firing, startMs: endMs ?? receivedMs, endMs };
  if (endMs !== null && endMs < said) unread.add('end_before_start');
  return { firing, startMs: said, endMs: endMs === null ? null : epochMs(Math.max(endMs, said)) };
}

/** As it says; else, as Alertmanager decides it: an end in the past is one. */
function isFiring(
  status: unknown,
  endMs: EpochMs | undefined,
  receivedMs: EpochMs,
  unread: Set<UnreadPart>,
): boolean {
  const word = typeof status === 'string' ? status.trim().toLowerCase() : '';
  if (FIRING.has(word)) return true;
  if (RESOLVED.has(word)) return false;
  unread.add('status_unreadable');
  return endMs === undefined || endMs > receivedMs;
}

function endOf(said: EpochMs | undefined, receivedMs: EpochMs, unread: Set<UnreadPart>): EpochMs {
  if (said === undefined) return receivedMs;
  if (said <= receivedMs + CLOCK_TOLERANCE_MS) return said;
  unread.add('end_in_future');
  return receivedMs;
}

function readUrl(given: unknown, unread: Set<UnreadPart>): string | null {
  if (typeof given === 'string') return given === '' ? null : storable(given, MAX_URL);
  if (given !== undefined && given !== null) unread.add('generator_url_unreadable');
  return null;
}
