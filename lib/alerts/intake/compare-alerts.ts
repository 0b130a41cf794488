import type { CurrentAlert } from '@/lib/telemetry/model';
import { MINUTE_MS, SECOND_MS, type EpochMs } from '@/lib/time/units';
import type { PeerAlerts } from './poll-peer';

/** Absent so often from the list of every member that answers, an alert is over. */
export const MISSES = 3;
/** Polls that follow each other faster count as one. */
const MISS_EVERY_MS = 30 * SECOND_MS;
/** A member that has just started does not know yet what fires. */
const YOUNG_MS = 5 * MINUTE_MS;
/** A member's word on an alert older than this is not news. */
const STALE_MS = 2 * YOUNG_MS;
/** A webhook has this long to tell of an alert before the list does. */
const WEBHOOK_MS = MINUTE_MS;

/** An episode that is open or unconfirmed. */
export interface UnsettledEpisode {
  readonly id: string;
  readonly fingerprint: string;
  readonly open: boolean;
  readonly unconfirmed: boolean;
  /** So often in a row no member had it. */
  readonly misses: number;
  readonly missed_at: Date | null;
  readonly last_seen_at: Date;
}

export interface Comparison {
  /** Unconfirmed episodes that the lists settle, one way or the other. */
  readonly settled: readonly UnsettledEpisode[];
  /** Missing so often that they are over. */
  readonly over: readonly UnsettledEpisode[];
  readonly missedAgain: readonly UnsettledEpisode[];
  readonly foundAgain: readonly UnsettledEpisode[];
  /** Open here, and on no list. */
  readonly missingThere: readonly UnsettledEpisode[];
  /** On a list, and not here. */
  readonly missingHere: readonly CurrentAlert[];
}

/**
 * The episodes of the portal against the lists of the members.
 * @param alerts what the members have, by fingerprint
 * @param receivers those whose messages come here; empty: not known
 */
export function compareAlerts(
  episodes: readonly UnsettledEpisode[],
  alerts: ReadonlyMap<string, CurrentAlert>,
  peers: readonly PeerAlerts[],
  receivers: ReadonlySet<string>,
  nowMs: EpochMs,
): Comparison {
  const allYoung = peers.every(({ startedMs }) => nowMs - startedMs < YOUNG_MS);
  const isListed = ({ fingerprint }: UnsettledEpisode) => alerts.has(fingerprint);
  // What arrived after the lists were asked for is newer than they are.
  const known = episodes.filter(({ last_seen_at }) => last_seen_at.getTime() < nowMs);
  const open = known.filter((each) => each.open);
  const missingThere = open.filter((each) => !each.unconfirmed && !isListed(each));
  const counted = allYoung ? [] : missingThere.filter((each) => isCounted(each, nowMs));
  const isOver = ({ misses }: UnsettledEpisode) => misses + 1 >= MISSES;
  const here = new Set(episodes.map(({ fingerprint }) => fingerprint));
  return {
    settled: known.filter((each) => each.unconfirmed && (isListed(each) || !allYoung)),
    over: counted.filter(isOver),
    missedAgain: counted.filter((each) => !isOver(each)),
    foundAgain: open.filter((each) => each.misses > 0 && isListed(each)),
    missingThere,
    missingHere: [...alerts.values()].filter(
      (alert) => !here.has(alert.fingerprint) && shouldBeHere(alert, receivers, nowMs),
    ),
  };
}

const isCounted = ({ missed_at }: UnsettledEpisode, nowMs: EpochMs) =>
  missed_at === null || nowMs - missed_at.getTime() >= MISS_EVERY_MS;

function shouldBeHere(
  alert: CurrentAlert,
  receivers: ReadonlySet<string>,
  nowMs: EpochMs,
): boolean {
  if (alert.state !== 'active') return false;
  if (nowMs - alert.updatedMs >= STALE_MS) return false;
  if (nowMs - alert.startMs <= WEBHOOK_MS) return false;
  // One that is routed elsewhere is not missing.
  return receivers.size === 0 || alert.receivers.some((name) => receivers.has(name));
}
