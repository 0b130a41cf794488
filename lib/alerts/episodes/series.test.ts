import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { epochMs } from '@/lib/time/units';
import { episodeIntervals, EMPTY_TIMELINE, addFiring } from './firing-timeline';
import type { Observation } from '../sources/observation';
import {
  confirmFiring,
  confirmResolved,
  applyObservation,
  type Series,
  type SeriesEvent,
} from './series';

const NEW: Series = { timeline: EMPTY_TIMELINE, latest: null, repeats: 0, episodes: [] };
const firing = (startMs: number, annotations = {}): Observation => ({
  fingerprint: 'f',
  firing: true,
  startMs: epochMs(startMs),
  endMs: null,
  labels: {},
  annotations,
  generatorUrl: null,
});
const resolved = (startMs: number, endMs: number): Observation => ({
  ...firing(startMs),
  firing: false,
  endMs: epochMs(endMs),
});

function play(
  seen: readonly Observation[],
  from = NEW,
): { series: Series; events: SeriesEvent[]; kinds: string[] } {
  let series = from;
  const events: SeriesEvent[] = [];
  seen.forEach((each, index) => {
    const step = applyObservation(series, each, epochMs(1_000_000 + index), 'am-0');
    series = step.series;
    events.push(...step.events);
  });
  return { series, events, kinds: events.map(({ kind }) => kind) };
}
const shape = (series: Series) =>
  series.episodes
    .filter((each) => each.resolvedBy !== 'merged')
    .map(({ startMs, endMs }) => [startMs, endMs]);

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
      'changed',
    ]);
  });
  test('a stale firing after the end is doubted, not believed', () => {
    const { series, kinds } = play([firing(10), resolved(10, 20), firing(10)]);
    expect(shape(series)).toEqual([[10, 20]]);
    expect(series.episodes[0]!.unconfirmedSinceMs).not.toBeNull();
    expect(kinds).toEqual(['fired', 'resolved', 'doubted']);
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
    expect(kinds).toEqual(['fired', 'resolved', 'doubted']);
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
    expect(kinds).toEqual(['fired', 'changed', 'resolved', 'fired']);
  });
  test('a lost end is made up for by that of the next firing', () => {
    expect(shape(play([firing(10), firing(30), resolved(30, 40)]).series)).toEqual([[10, 40]]);
  });
  test('over by reconciliation, the identical firing again is news, and in doubt', () => {
    const over = confirmResolved(play([firing(10)]).series, epochMs(60), 'no member has it').series;
    expect(play([firing(10)], over).kinds).toEqual(['doubted']);
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

/** What truly happened: distinct beginnings, each with its end but perhaps the last. */
const histories = fc
  .tuple(
    fc.uniqueArray(fc.integer({ min: 1, max: 10_000 }), { minLength: 2, maxLength: 20 }),
    fc.boolean(),
  )
  .map(([times, lastOpen]) => {
    const sorted = [...times].sort((a, b) => a - b);
    const stretches: [number, number | null][] = [];
    for (let index = 0; index + 1 < sorted.length; index += 2)
      stretches.push([sorted[index]!, sorted[index + 1]!]);
    if (lastOpen) stretches[stretches.length - 1]![1] = null;
    return stretches;
  });
const said = (stretches: readonly [number, number | null][]) =>
  stretches.flatMap(([start, end]) =>
    end === null ? [firing(start)] : [firing(start), resolved(start, end)],
  );
/** A history, and the same delivered in any order, each part once or more often. */
const deliveries = histories.chain((history) => {
  const all = said(history);
  return fc.tuple(
    fc.constant(history),
    fc
      .shuffledSubarray([...all, ...all, ...all], { minLength: all.length })
      .map((some) => [...some, ...all.filter((each) => !some.includes(each))]),
  );
});

describe('whatever the order', () => {
  test('with distinct beginnings, any shuffling and doubling gives the episodes of the ordered history', () => {
    fc.assert(
      fc.property(deliveries, ([history, delivered]) => {
        const ordered = play(said(history)).series;
        expect(shape(ordered)).toEqual(history);
        const { series } = play(delivered);
        expect(shape(series)).toEqual(history);
        expect(
          episodeIntervals(series.timeline).map(({ startMs, endMs }) => [startMs, endMs]),
        ).toEqual(history);
      }),
      { numRuns: 3_000 },
    );
  });
  test('at every moment at most one episode is open, and no id is used twice', () => {
    fc.assert(
      fc.property(deliveries, ([, delivered]) => {
        let series = NEW;
        for (const each of delivered) {
          series = applyObservation(series, each, epochMs(1), 'am-0').series;
          expect(series.episodes.filter(({ endMs }) => endMs === null).length).toBeLessThanOrEqual(
            1,
          );
          expect(new Set(series.episodes.map(({ id }) => id)).size).toBe(series.episodes.length);
        }
      }),
      { numRuns: 1_000 },
    );
  });
  test('with equal beginnings, lost messages or both, one reconciliation with a peer that tells the truth is enough', () => {
    // The lease lapses and comes back: one beginning, ever later ends; then what was cut off is missing.
    const lapses = fc.tuple(
      fc.uniqueArray(fc.integer({ min: 100, max: 200 }), { minLength: 1, maxLength: 5 }),
      fc.boolean(),
    );
    fc.assert(
      fc.property(
        lapses,
        fc.infiniteStream(fc.boolean()),
        fc.infiniteStream(fc.nat()),
        ([ends, firesNow], lost, order) => {
          const all = [...ends]
            .sort((a, b) => a - b)
            .flatMap((end) => [firing(50), resolved(50, end)]);
          const delivered = all
            .filter(() => !lost.next().value)
            .map((each) => ({ each, at: order.next().value }))
            .sort((a, b) => a.at - b.at)
            .map(({ each }) => each);
          const { series } = play(delivered);
          const after = firesNow
            ? confirmFiring(series, epochMs(50), 'peer').series
            : confirmResolved(series, epochMs(300), 'peer').series;
          const open = shape(after).filter(([, end]) => end === null);
          expect(open.length).toBe(firesNow ? 1 : 0);
          expect(shape(after).length).toBeLessThanOrEqual(1);
          if (after.episodes.length) expect(after.episodes[0]!.startMs).toBe(50);
          // Whatever of it is delivered again after that changes nothing.
          expect(shape(play(delivered, after).series)).toEqual(shape(after));
        },
      ),
      { numRuns: 2_000 },
    );
  });
  test('of a long past only what may still matter is kept', () => {
    let times = EMPTY_TIMELINE;
    for (let start = 0; start < 4_000; start += 10)
      times = addFiring(times, {
        startMs: epochMs(start),
        endMs: start % 3 ? epochMs(start + 5) : null,
      });
    expect(times.firings.length).toBeLessThanOrEqual(30);
    expect(episodeIntervals(addFiring(times, { startMs: epochMs(3), endMs: epochMs(4) }))).toEqual(
      episodeIntervals(times),
    );
  });
});
