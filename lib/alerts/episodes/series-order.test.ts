import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { epochMs } from '@/lib/time/units';
import { episodeIntervals } from './firing-timeline';
import { applyObservation, confirmFiring, confirmResolved, resolveByPerson } from './series';
import { NEW, firing, play, resolved, shape } from './series.fixture';

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
  test('resolved by hand, a history is the one in which its source said that end; replays change nothing', () => {
    fc.assert(
      fc.property(deliveries, fc.infiniteStream(fc.nat()), ([history, delivered], order) => {
        const byHand = resolveByPerson(play(delivered).series, epochMs(20_000), 'ann', {}).series;
        const [start, end] = history.at(-1)!;
        const ended = [...history.slice(0, -1), [start, end ?? 20_000]];
        expect(shape(byHand)).toEqual(ended);
        const replayed = delivered
          .map((each) => ({ each, at: order.next().value }))
          .toSorted((a, b) => a.at - b.at)
          .map(({ each }) => each);
        expect(shape(play(replayed, byHand).series)).toEqual(ended);
        const again = resolveByPerson(byHand, epochMs(30_000), 'ann', {});
        expect([shape(again.series), again.events]).toEqual([ended, []]);
      }),
      { numRuns: 1_000 },
    );
  });
  test('with equal beginnings or lost messages, one reconciliation with a true peer is enough', () => {
    // The lease lapses and comes back: one beginning, ever later ends; then what was cut off is
    // missing.
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
});
