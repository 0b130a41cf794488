import { describe, expect, test } from 'vitest';
import { epochMs } from '@/lib/time/units';
import { EMPTY_TIMELINE } from './firing-timeline';
import {
  applyObservation,
  confirmFiring,
  confirmResolved,
  latestEpisode,
  resolveByPerson,
} from './series';
import { NEW, firing, play, resolved, shape } from './series.fixture';

describe('one series', () => {
  test('fires, repeats, resolves: one episode, repeats only counted', () => {
    const { series, kinds } = play([
      firing(10),
      firing(10),
      firing(10),
      resolved(10, 20),
      resolved(10, 20),
    ]);
    expect(shape(series)).toEqual([[10, 20]]);
    expect(kinds).toEqual(['fired', 'resolved']);
    expect(series.repeats).toBe(3);
  });
  test('fires again later: a new episode with an id of its own', () => {
    const { series } = play([firing(10), resolved(10, 20), firing(30)]);
    expect(shape(series)).toEqual([
      [10, 20],
      [30, null],
    ]);
    expect(new Set(series.episodes.map(({ id }) => id)).size).toBe(2);
  });
  test('another member of the cluster says it began earlier: the same episode, from then on', () => {
    const first = play([firing(10)]);
    const { series } = play([firing(7)], first.series);
    expect(shape(series)).toEqual([[7, null]]);
    expect(series.episodes[0]!.id).toBe(first.series.episodes[0]!.id);
  });
  test('other annotations are an event, not an episode', () => {
    expect(play([firing(10), firing(10, { summary: 'worse' })]).kinds).toEqual([
      'fired',
      'annotations_changed',
    ]);
  });
  test('a stale firing after the end is doubted, not believed', () => {
    const { series, kinds } = play([firing(10), resolved(10, 20), firing(10)]);
    expect(shape(series)).toEqual([[10, 20]]);
    expect(series.episodes[0]!.unconfirmedSinceMs).not.toBeNull();
    expect(kinds).toEqual(['fired', 'resolved', 'unconfirmed']);
  });
  test('a lease that came back with the identical beginning reopens the same episode once the source confirms', () => {
    const before = play([firing(10), resolved(10, 20), firing(10)]).series;
    const { series, events } = confirmFiring(before, epochMs(10), 'am-0 has it');
    expect(shape(series)).toEqual([[10, null]]);
    expect(series.episodes[0]!.id).toBe(before.episodes[0]!.id);
    expect(series.episodes[0]!.unconfirmedSinceMs).toBeNull();
    expect(events.map(({ kind }) => kind)).toEqual(['reopened']);
    expect(shape(play([resolved(10, 20)], series).series)).toEqual([[10, null]]);
    expect(shape(play([resolved(10, 40)], series).series)).toEqual([[10, 40]]);
  });
  test('reverted, the doubt is gone and the end stands', () => {
    const { series } = confirmResolved(
      play([firing(10), resolved(10, 20), firing(10)]).series,
      epochMs(50),
      'no peer has it',
    );
    expect(shape(series)).toEqual([[10, 20]]);
    expect(series.episodes[0]!.unconfirmedSinceMs).toBeNull();
  });
  test('an end of something never seen is a closed episode; its beginning, late, opens nothing', () => {
    const { series, kinds } = play([resolved(10, 20), firing(10)]);
    expect(shape(series)).toEqual([[10, 20]]);
    expect(kinds).toEqual(['fired', 'resolved', 'unconfirmed']);
  });
  test('an end older than the open episode leaves it open', () => {
    expect(shape(play([firing(30), resolved(10, 20)]).series)).toEqual([
      [10, 20],
      [30, null],
    ]);
  });
  test('the next firing before the end of the last: told apart when that end comes', () => {
    const { series, kinds } = play([firing(10), firing(30), resolved(10, 20)]);
    expect(shape(series)).toEqual([
      [10, 20],
      [30, null],
    ]);
    expect(kinds).toEqual(['fired', 'annotations_changed', 'resolved', 'fired']);
  });
  test('a lost end is made up for by that of the next firing', () => {
    expect(shape(play([firing(10), firing(30), resolved(30, 40)]).series)).toEqual([[10, 40]]);
  });
  test('over by reconciliation, the identical firing again is news, and in doubt', () => {
    const over = confirmResolved(play([firing(10)]).series, epochMs(60), 'no member has it').series;
    expect(play([firing(10)], over).kinds).toEqual(['unconfirmed']);
  });
  test('ends that say nothing of their beginning (CloudWatch) make no episodes of their own, however many', () => {
    const seen = Array.from({ length: 40 }, (_, index) => [
      firing(index * 100 + 1),
      resolved(index * 100 + 50, index * 100 + 50),
    ]).flat();
    const { kinds } = play(seen);
    expect([
      kinds.filter((kind) => kind === 'fired').length,
      kinds.filter((kind) => kind === 'resolved').length,
    ]).toEqual([40, 40]);
  });
  test('found gone by reconciliation, it ends; found firing, it begins', () => {
    expect(
      shape(confirmResolved(play([firing(10)]).series, epochMs(60), 'am-0 has it no more').series),
    ).toEqual([[10, 60]]);
    expect(shape(confirmFiring(NEW, epochMs(10), 'am-0 has it').series)).toEqual([[10, null]]);
  });
});

describe('an identical report', () => {
  const once = play([resolved(10, 20)]).series;
  test('is counted, and nothing else', () => {
    const again = applyObservation(once, resolved(10, 20), epochMs(5), 'am-1');
    expect(again).toEqual({ series: { ...once, repeats: 1 }, events: [] });
  });
  test('may list its annotations in another order', () => {
    const first = play([firing(10, { a: '1', b: '2' })]).series;
    expect(play([firing(10, { b: '2', a: '1' })], first).series.repeats).toBe(1);
  });
  test.each([
    ['another end', resolved(10, 30)],
    ['another start', resolved(11, 20)],
    ['another annotation', { ...resolved(10, 20), annotations: { summary: 'worse' } }],
    ['firing instead of resolved', { ...resolved(10, 20), firing: true }],
  ])('with %s is none', (_, observation) => {
    const { series, events } = applyObservation(once, observation, epochMs(5), 'am-0');
    expect(series.repeats).toBe(0);
    expect(events).not.toEqual([]);
  });
  test('is one of the last report only', () => {
    const { series } = play([firing(10), firing(10, { summary: 'worse' }), firing(10)]);
    expect(series.repeats).toBe(0);
    expect(series.latest).toMatchObject({ firing: true, startMs: 10, endMs: null });
  });
});

describe('events say what happened to which episode', () => {
  const at = (ms: number) => new Date(ms).toISOString();
  test('delivered: by which peer, with the times of the report', () => {
    const { series, events } = play([firing(10), resolved(10, 20)]);
    const { id } = series.episodes[0]!;
    expect(events).toEqual([
      { kind: 'fired', episodeId: id, detail: { peer: 'am-0', startsAt: at(10) } },
      {
        kind: 'resolved',
        episodeId: id,
        detail: { peer: 'am-0', startsAt: at(10), endsAt: at(20), by: 'source' },
      },
    ]);
    expect(series.episodes[0]!.resolvedBy).toBe('source');
  });
  test('already over when first heard of: fired and resolved at once', () => {
    const { series, kinds } = play([resolved(10, 20)]);
    expect(kinds).toEqual(['fired', 'resolved']);
    expect(series.episodes).toMatchObject([
      { firstStartMs: 10, resolvedBy: 'source', unconfirmedSinceMs: null },
    ]);
  });
  test('open, it is resolved by nobody', () => {
    expect(play([firing(10)]).series.episodes).toMatchObject([
      { firstStartMs: 10, endMs: null, resolvedBy: null, unconfirmedSinceMs: null },
    ]);
  });
  test('found out by asking: why, and by reconciliation', () => {
    const began = confirmFiring(NEW, epochMs(10), 'am-0 has it');
    expect(began.events).toEqual([
      {
        kind: 'fired',
        episodeId: began.series.episodes[0]!.id,
        detail: { startsAt: at(10), why: 'am-0 has it' },
      },
    ]);
    const over = confirmResolved(began.series, epochMs(60), 'no peer has it');
    expect(over.events).toEqual([
      {
        kind: 'resolved',
        episodeId: began.series.episodes[0]!.id,
        detail: { why: 'no peer has it', by: 'reconciliation' },
      },
    ]);
    expect(over.series.episodes[0]!.resolvedBy).toBe('reconciliation');
    expect(over.series.latest).toBeNull();
  });
  test('news of an open episode carry its annotations', () => {
    const { series, events } = play([firing(10), firing(10, { summary: 'worse' })]);
    expect(events[1]).toEqual({
      kind: 'annotations_changed',
      episodeId: series.episodes[0]!.id,
      detail: { peer: 'am-0', startsAt: at(10), annotations: { summary: 'worse' } },
    });
  });
  test('a report that changes nothing of an episode that has ended is late', () => {
    const { series, events } = play([resolved(10, 30), resolved(15, 20)]);
    expect(events.at(-1)).toMatchObject({
      kind: 'late_message',
      episodeId: series.episodes[0]!.id,
    });
  });
  test('a late end within an open episode is late, not news', () => {
    const reopened = confirmFiring(play([resolved(10, 20)]).series, epochMs(10), 'x').series;
    expect(play([resolved(10, 20), resolved(10, 15)], reopened).kinds).toEqual(['late_message']);
  });
  test('of a time that is forgotten a report belongs to no episode', () => {
    const forgotten = { ...NEW, timeline: { ...EMPTY_TIMELINE, forgottenBefore: epochMs(100) } };
    const { series, events } = play([resolved(10, 20)], forgotten);
    expect(events).toMatchObject([{ kind: 'late_message', episodeId: null }]);
    expect(series.episodes).toEqual([]);
  });
  test('unconfirmed: the episode that has ended, since when', () => {
    const { series, events } = play([firing(10), resolved(10, 20), firing(10)]);
    expect(events.at(-1)).toEqual({
      kind: 'unconfirmed',
      episodeId: series.episodes[0]!.id,
      detail: { peer: 'am-0', startsAt: at(10) },
    });
    expect(series.episodes[0]!.unconfirmedSinceMs).toBe(1_000_002);
  });
});

describe('an unconfirmed episode', () => {
  const unconfirmed = play([firing(10), resolved(10, 20), firing(10)]).series;
  test('is only the last one', () => {
    const { series } = play([resolved(1, 2), resolved(10, 20), firing(10)]);
    expect(series.episodes.map(({ unconfirmedSinceMs }) => unconfirmedSinceMs)).toEqual([
      null,
      1_000_002,
    ]);
  });
  test('is settled when its source reports the end once more', () => {
    const { series } = play([resolved(10, 30)], unconfirmed);
    expect(series.episodes[0]).toMatchObject({ endMs: 30, unconfirmedSinceMs: null });
  });
  test('stays so when a new episode fires', () => {
    const { series } = play([firing(40)], unconfirmed);
    expect(series.episodes.map(({ startMs }) => startMs)).toEqual([10, 40]);
    expect(series.episodes[0]!.unconfirmedSinceMs).toBe(1_000_002);
  });
  test('there is none where a source never reuses a start', () => {
    const { series } = play([firing(10), resolved(10, 20)]);
    const late = applyObservation(series, firing(10), epochMs(5), 'google', false);
    expect(late.events).toMatchObject([{ kind: 'late_message' }]);
    expect(late.series.episodes[0]!.unconfirmedSinceMs).toBeNull();
  });
  test('a report of an end never makes one', () => {
    const { series, kinds } = play([resolved(10, 20), resolved(10, 15)]);
    expect(kinds.at(-1)).toBe('late_message');
    expect(series.episodes[0]!.unconfirmedSinceMs).toBeNull();
  });
  test('fires again when it is confirmed, resolved by nobody', () => {
    const { series, events } = confirmFiring(unconfirmed, epochMs(10), 'am-0 has it');
    expect(series.episodes).toMatchObject([
      { endMs: null, resolvedBy: null, unconfirmedSinceMs: null },
    ]);
    expect(events).toMatchObject([{ kind: 'reopened', detail: { why: 'am-0 has it' } }]);
  });
});

describe('resolved by a person', () => {
  const open = play([firing(10)]).series;
  const byHand = resolveByPerson(open, epochMs(60), 'ann', { note: 'gone' });
  test('it ends then, by whom and with what they said', () => {
    expect(shape(byHand.series)).toEqual([[10, 60]]);
    expect(byHand.series.episodes[0]!.resolvedBy).toBe('person');
    expect(byHand.events).toEqual([
      {
        kind: 'resolved',
        episodeId: open.episodes[0]!.id,
        detail: { note: 'gone', by: 'person' },
        actor: 'ann',
      },
    ]);
  });
  test('it fires no more: a beginning after that is a new episode', () => {
    expect(shape(play([firing(70)], byHand.series).series)).toEqual([
      [10, 60],
      [70, null],
    ]);
  });
  test('its beginning reported again is no repeat: whether it goes on, its source is asked', () => {
    const { series, kinds } = play([firing(10)], byHand.series);
    expect(kinds).toEqual(['unconfirmed']);
    expect(shape(series)).toEqual([[10, 60]]);
    const on = confirmFiring(series, epochMs(10), 'grafana cannot be asked');
    expect(on.series.episodes).toMatchObject([{ endMs: null, resolvedBy: null }]);
  });
  test('a source that never reuses a start does not bring it back', () => {
    const late = applyObservation(byHand.series, firing(10), epochMs(99), 'google', false);
    expect(late.events).toMatchObject([{ kind: 'late_message' }]);
    expect(shape(late.series)).toEqual([[10, 60]]);
  });
  test('a later end of its source moves it, and keeps who resolved it', () => {
    const { series } = play([resolved(10, 80)], byHand.series);
    expect(series.episodes).toMatchObject([{ endMs: 80, resolvedBy: 'person' }]);
  });
  test('settles one that was unconfirmed', () => {
    const unconfirmed = play([firing(10), resolved(10, 20), firing(10)]).series;
    const { series, events } = resolveByPerson(unconfirmed, epochMs(60), 'ann', {});
    expect(series.episodes).toMatchObject([{ endMs: 20, unconfirmedSinceMs: null }]);
    expect(events).toEqual([]);
  });
});

describe('stored episodes and the timeline', () => {
  const two = play([resolved(10, 20), resolved(30, 40)]).series;
  test('one firing that was taken for two becomes one: the younger is merged away', () => {
    const { series, events } = play([resolved(10, 35)], two);
    const [older, younger] = two.episodes;
    expect(shape(series)).toEqual([[10, 40]]);
    expect(series.episodes).toEqual([
      { ...older, endMs: 40 },
      { ...younger, endMs: 30, resolvedBy: 'merged', unconfirmedSinceMs: null },
    ]);
    expect(events).toMatchObject([{ kind: 'merged', episodeId: younger!.id }]);
    expect(latestEpisode(series.episodes)!.id).toBe(older!.id);
  });
  test('one that was merged away stays so, and is not merged again', () => {
    const merged = play([resolved(10, 35)], two).series;
    const { series, kinds } = play([resolved(10, 50)], merged);
    expect(kinds).toEqual(['late_message']);
    expect(series.episodes.map(({ resolvedBy }) => resolvedBy)).toEqual(['source', 'merged']);
    expect(shape(series)).toEqual([[10, 50]]);
  });
  test('one that is older than the timeline stays as it is', () => {
    const timeline = { ...EMPTY_TIMELINE, forgottenBefore: epochMs(25) };
    const { series, kinds } = play([resolved(50, 60)], { ...two, timeline });
    expect(kinds).toEqual(['fired', 'resolved']);
    expect(shape(series)).toEqual([
      [10, 20],
      [30, 40],
      [50, 60],
    ]);
  });
  test('without a timeline they stay as they are', () => {
    const empty = { ...two, timeline: { ...EMPTY_TIMELINE, forgottenBefore: epochMs(100) } };
    expect(play([firing(50)], empty).series.episodes).toEqual(two.episodes);
  });
  test('an end that moves changes no event of its own and keeps who resolved it', () => {
    const over = confirmResolved(play([firing(10)]).series, epochMs(60), 'gone').series;
    const { series, kinds } = play([resolved(10, 70)], over);
    expect(kinds).toEqual(['late_message']);
    expect(series.episodes).toMatchObject([{ endMs: 70, resolvedBy: 'reconciliation' }]);
  });
  test('they come oldest first', () => {
    const { series } = play([resolved(30, 40), resolved(10, 20), resolved(50, 60)]);
    expect(series.episodes.map(({ startMs }) => startMs)).toEqual([10, 30, 50]);
  });
});
