import { describe, expect, test } from 'vitest';
import type { CurrentAlert } from '@/lib/telemetry/model';
import { epochMs, MINUTE_MS, SECOND_MS } from '@/lib/time/units';
import { compareAlerts, type UnsettledEpisode } from './compare-alerts';

const NOW = epochMs(Date.UTC(2026, 10, 25, 12));
const ago = (ms: number) => epochMs(NOW - ms);
const at = (ms: number) => new Date(ago(ms));

const episode = (more: Partial<UnsettledEpisode> = {}): UnsettledEpisode => ({
  id: 'id',
  fingerprint: 'f',
  open: true,
  unconfirmed: false,
  misses: 0,
  missed_at: null,
  last_seen_at: at(MINUTE_MS),
  ...more,
});
const alert = (more: Partial<CurrentAlert> = {}) =>
  ({
    fingerprint: 'f',
    state: 'active',
    startMs: ago(10 * MINUTE_MS),
    updatedMs: ago(MINUTE_MS),
    receivers: ['portal'],
    labels: {},
    annotations: {},
    generatorUrl: null,
    ...more,
  }) as CurrentAlert;
const compare = (
  episodes: readonly UnsettledEpisode[],
  alerts: readonly CurrentAlert[],
  { upMs = 60 * MINUTE_MS, receivers = ['portal'] } = {},
) =>
  compareAlerts(
    episodes,
    new Map(alerts.map((each) => [each.fingerprint, each])),
    [{ peer: 'am-0', alerts, startedMs: ago(upMs) }],
    new Set(receivers),
    NOW,
  );

describe('an open episode that no member has', () => {
  test('is missed, and over at the third time', () => {
    expect(compare([episode()], []).missedAgain).toHaveLength(1);
    const third = compare([episode({ misses: 2, missed_at: at(MINUTE_MS) })], []);
    expect([third.over.length, third.missedAgain.length]).toEqual([1, 0]);
  });
  test('is not counted twice within half a minute', () => {
    const { over, missedAgain, missingThere } = compare(
      [episode({ misses: 2, missed_at: at(29 * SECOND_MS) })],
      [],
    );
    expect([over.length, missedAgain.length, missingThere.length]).toEqual([0, 0, 1]);
  });
  test('is not counted while every member is young', () => {
    const { over, missedAgain } = compare([episode({ misses: 2 })], [], { upMs: MINUTE_MS });
    expect([over.length, missedAgain.length]).toEqual([0, 0]);
  });
  test('is not judged by a list that is older than its last message', () => {
    expect(compare([episode({ last_seen_at: new Date(NOW) })], []).missingThere).toEqual([]);
  });
});

test('an open episode that a member has again is missed no more', () => {
  expect(compare([episode({ misses: 1 })], [alert()]).foundAgain).toHaveLength(1);
  expect(compare([episode()], [alert()]).foundAgain).toEqual([]);
});

describe('an unconfirmed episode', () => {
  const unconfirmed = episode({ open: false, unconfirmed: true });
  test('is settled by a member that has it, however young', () =>
    expect(compare([unconfirmed], [alert()], { upMs: MINUTE_MS }).settled).toHaveLength(1));
  test('is settled by its absence only where a member has run for a while', () => {
    expect(compare([unconfirmed], []).settled).toHaveLength(1);
    expect(compare([unconfirmed], [], { upMs: MINUTE_MS }).settled).toEqual([]);
  });
});

describe('an alert that only its Alertmanager has', () => {
  const missingHere = (more: Partial<CurrentAlert>, receivers = ['portal']) =>
    compare([], [alert(more)], { receivers }).missingHere.length;
  test('is missing here', () => expect(missingHere({})).toBe(1));
  test('is not while it is silenced', () => expect(missingHere({ state: 'suppressed' })).toBe(0));
  test('is not while its message may still come', () =>
    expect(missingHere({ startMs: ago(MINUTE_MS) })).toBe(0));
  test('is not when its member has not heard of it for long', () =>
    expect(missingHere({ updatedMs: ago(10 * MINUTE_MS) })).toBe(0));
  test('is not when it is routed elsewhere, as far as receivers are known', () => {
    expect(missingHere({ receivers: ['pager'] })).toBe(0);
    expect(missingHere({ receivers: ['pager'] }, [])).toBe(1);
  });
  test('is not when the episode is open or unconfirmed here', () =>
    expect(compare([episode()], [alert()]).missingHere).toEqual([]));
});
