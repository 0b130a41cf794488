import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { epochMs } from '@/lib/time/units';
import {
  addFiring,
  closeOpenInterval,
  contains,
  EMPTY_TIMELINE,
  episodeIntervals,
  isUnconfirmed,
  reopenLastInterval,
  type Firing,
  type FiringTimeline,
} from './firing-timeline';

type Times = readonly [start: number, end: number | null];

const firingOf = ([start, end]: Times): Firing => ({
  startMs: epochMs(start),
  endMs: end === null ? null : epochMs(end),
});
const timelineOf = (...reports: Times[]): FiringTimeline =>
  reports.map(firingOf).reduce(addFiring, EMPTY_TIMELINE);
const intervalsOf = (timeline: FiringTimeline) =>
  episodeIntervals(timeline).map(({ startMs, endMs }) => [startMs, endMs]);
const firingsOf = ({ firings }: FiringTimeline) =>
  firings.map(({ startMs, endMs }) => [startMs, endMs]);
/**
 * Mutants that survive and are equivalent: comparisons and maxima with null behave as with 0, which
 * is before every time (`forgottenBefore !== null`, `oldest === null`, both lines of
 * `laterOrOnly`); and a closed interval contains its own start (`endMs === null` in
 * `mergeIntervals`).
 */

/** Closed intervals [0, 5], [10, 15], … */
const closedIntervals = (count: number, from = 0): Times[] =>
  Array.from({ length: count }, (_, index) => [from + index * 10, from + index * 10 + 5]);

describe('reports of one start', () => {
  test('the latest end counts, whenever it arrives', () => {
    expect(intervalsOf(timelineOf([10, 20], [10, 30], [10, 25]))).toEqual([[10, 30]]);
  });
  test('a start reported again does not take the end back', () => {
    expect(intervalsOf(timelineOf([10, 20], [10, null]))).toEqual([[10, 20]]);
  });
  test('a start reported again is kept once', () => {
    expect(firingsOf(timelineOf([10, null], [10, null]))).toEqual([[10, null]]);
  });
  test('an end before its start is an end at its start', () => {
    expect(intervalsOf(timelineOf([30, 20]))).toEqual([[30, 30]]);
  });
  test('another start is another report', () => {
    expect(firingsOf(timelineOf([10, 20], [30, 40]))).toEqual([
      [10, 20],
      [30, 40],
    ]);
  });
});

describe('closed intervals', () => {
  test('that overlap are one', () => {
    expect(intervalsOf(timelineOf([10, 20], [15, 30]))).toEqual([[10, 30]]);
    expect(firingsOf(timelineOf([15, 30], [10, 20]))).toEqual([[10, 30]]);
  });
  test('that touch are one', () => {
    expect(intervalsOf(timelineOf([10, 20], [20, 30]))).toEqual([[10, 30]]);
  });
  test('that are a millisecond apart are two', () => {
    expect(intervalsOf(timelineOf([10, 20], [21, 30]))).toEqual([
      [10, 20],
      [21, 30],
    ]);
  });
  test('one within another does not shorten it', () => {
    expect(intervalsOf(timelineOf([10, 40], [15, 20]))).toEqual([[10, 40]]);
  });
  test('a chain of overlaps is one', () => {
    expect(intervalsOf(timelineOf([10, 20], [18, 30], [29, 40], [50, 60]))).toEqual([
      [10, 40],
      [50, 60],
    ]);
  });
});

describe('a start without an end', () => {
  test('lasts until the next closed interval, and is one episode with it', () => {
    const timeline = timelineOf([10, 20], [5, null]);
    expect(episodeIntervals(timeline)).toEqual([{ startMs: 5, lastStartMs: 10, endMs: 20 }]);
  });
  test('after the last closed interval is open', () => {
    expect(intervalsOf(timelineOf([10, 20], [30, null]))).toEqual([
      [10, 20],
      [30, null],
    ]);
  });
  test('before another is the same open episode, which knows the latest start', () => {
    expect(episodeIntervals(timelineOf([30, null], [10, null]))).toEqual([
      { startMs: 10, lastStartMs: 30, endMs: null },
    ]);
  });
  test.each([10, 15, 20])('inside a closed interval (at %i of [10, 20]) opens nothing', (start) => {
    const timeline = timelineOf([10, 20], [start, null]);
    expect(intervalsOf(timeline)).toEqual([[10, 20]]);
    expect(firingsOf(timeline)).toEqual([[10, 20]]);
  });
  test('inside an interval that only the overlap of two covers opens nothing', () => {
    expect(intervalsOf(timelineOf([18, null], [10, 16], [15, 20]))).toEqual([[10, 20]]);
  });
  test('a millisecond after the end opens an episode', () => {
    expect(intervalsOf(timelineOf([10, 20], [21, null]))).toEqual([
      [10, 20],
      [21, null],
    ]);
  });
});

describe('an end that the source takes back', () => {
  test('opens the last interval again', () => {
    expect(intervalsOf(reopenLastInterval(timelineOf([10, 20])))).toEqual([[10, null]]);
  });
  test('leaves the intervals before it closed', () => {
    expect(intervalsOf(reopenLastInterval(timelineOf([10, 20], [30, 40])))).toEqual([
      [10, 20],
      [30, null],
    ]);
  });
  test('joins the interval after it, if one is reported later', () => {
    const reopened = reopenLastInterval(timelineOf([10, 20]));
    expect(intervalsOf(addFiring(reopened, firingOf([30, 40])))).toEqual([[10, 40]]);
  });
  test('is not there where nothing has ended', () => {
    expect(reopenLastInterval(EMPTY_TIMELINE)).toBe(EMPTY_TIMELINE);
    const open = timelineOf([10, null]);
    expect(reopenLastInterval(open)).toBe(open);
  });
  test('is kept once, in order, and of many the newest eight', () => {
    let timeline = timelineOf([10, 20]);
    for (let end = 20; end < 120; end += 10)
      timeline = reopenLastInterval(addFiring(timeline, firingOf([10, end])));
    expect(timeline.reopened).toEqual([40, 50, 60, 70, 80, 90, 100, 110]);
    const late = { ...timelineOf([10, 20]), reopened: [epochMs(30), epochMs(40)] };
    expect(reopenLastInterval(late).reopened).toEqual([20, 30, 40]);
  });
});

describe('an alert that its source has no more', () => {
  test('ends at that moment', () => {
    expect(intervalsOf(closeOpenInterval(timelineOf([10, null]), epochMs(50)))).toEqual([[10, 50]]);
  });
  test('ends no earlier than its latest start', () => {
    const timeline = timelineOf([10, null], [30, null]);
    expect(intervalsOf(closeOpenInterval(timeline, epochMs(20)))).toEqual([[10, 30]]);
  });
  test('that had ended, or never begun, stays as it is', () => {
    const closed = timelineOf([10, 20]);
    expect(closeOpenInterval(closed, epochMs(50))).toBe(closed);
    expect(closeOpenInterval(EMPTY_TIMELINE, epochMs(50))).toBe(EMPTY_TIMELINE);
  });
});

describe('a reported start is unconfirmed', () => {
  const timeline = timelineOf([10, 20], [30, 40]);
  test('from the start of the last interval on, once that has ended', () => {
    expect([29, 30, 35, 41].map((at) => isUnconfirmed(timeline, epochMs(at)))).toEqual([
      false,
      true,
      true,
      true,
    ]);
  });
  test('never while the last interval is open, or before there is one', () => {
    expect(isUnconfirmed(timelineOf([10, null]), epochMs(10))).toBe(false);
    expect(isUnconfirmed(EMPTY_TIMELINE, epochMs(10))).toBe(false);
  });
});

describe('an interval contains', () => {
  test('its start and its end, and nothing beyond', () => {
    const closed = firingOf([10, 20]);
    expect([9, 10, 20, 21].map((at) => contains(closed, epochMs(at)))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });
  test('while it is open, everything from its start on', () => {
    const open = firingOf([10, null]);
    expect([9, 10, 1_000].map((at) => contains(open, epochMs(at)))).toEqual([false, true, true]);
  });
});

describe('of a long past', () => {
  test('twelve closed intervals are kept', () => {
    const timeline = timelineOf(...closedIntervals(12));
    expect(timeline.firings).toHaveLength(12);
    expect(timeline.forgottenBefore).toBeNull();
  });
  test('the oldest of more is forgotten: reported again, it changes nothing', () => {
    const timeline = timelineOf(...closedIntervals(13));
    expect(timeline.firings).toHaveLength(12);
    expect(timeline.forgottenBefore).toBe(10);
    expect(addFiring(timeline, firingOf([0, 5]))).toBe(timeline);
    expect(addFiring(timeline, firingOf([9, null]))).toBe(timeline);
  });
  test('the oldest that is kept can still get a later end', () => {
    const timeline = addFiring(timelineOf(...closedIntervals(13)), firingOf([10, 17]));
    expect(intervalsOf(timeline)[0]).toEqual([10, 17]);
  });
  test('an episode is never cut: its start stands before the interval that closed it', () => {
    const timeline = timelineOf([0, 1], [5, null], ...closedIntervals(12, 10));
    expect(timeline.forgottenBefore).toBe(5);
    expect(intervalsOf(timeline)[0]).toEqual([5, 15]);
  });
  test('what was forgotten stays forgotten when intervals become fewer', () => {
    const many = timelineOf(...closedIntervals(13));
    const joined = addFiring(many, firingOf([10, 100]));
    expect(joined.firings.length).toBeLessThan(12);
    expect(joined.forgottenBefore).toBe(10);
  });
  test('sixteen starts without an end are kept', () => {
    const starts = Array.from({ length: 16 }, (_, index): Times => [index, null]);
    expect(timelineOf(...starts).firings).toHaveLength(16);
  });
  test('of more starts without an end the first and the newest fifteen are kept', () => {
    const starts = Array.from({ length: 20 }, (_, index): Times => [index, null]);
    expect(firingsOf(timelineOf(...starts)).map(([start]) => start)).toEqual([
      0, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19,
    ]);
  });
  test('closed intervals between dropped starts are kept', () => {
    const starts = Array.from({ length: 18 }, (_, index): Times => [10 + index, null]);
    const timeline = timelineOf([1, 2], ...starts);
    expect(firingsOf(timeline).slice(0, 3)).toEqual([
      [1, 2],
      [10, null],
      [13, null],
    ]);
  });
  test('its size is bounded, and old reports change nothing', () => {
    const reports = Array.from({ length: 400 }, (_, index): Times => [
      index * 10,
      index % 3 ? index * 10 + 5 : null,
    ]);
    const timeline = timelineOf(...reports);
    expect(timeline.firings.length).toBeLessThanOrEqual(30);
    expect(addFiring(timeline, firingOf([3, 4]))).toEqual(timeline);
  });
});

test('neither order nor repetition of a few reports changes the episodes', () => {
  const report = fc
    .tuple(fc.integer({ min: 1, max: 60 }), fc.option(fc.nat({ max: 40 })))
    .map(([start, length]): Times => [start, length === null ? null : start + length]);
  fc.assert(
    fc.property(
      fc
        .array(report, { minLength: 1, maxLength: 8 })
        .chain((reports) =>
          fc.tuple(
            fc.constant(reports),
            fc.shuffledSubarray([...reports, ...reports], { minLength: reports.length }),
          ),
        ),
      ([reports, some]) => {
        const shuffled = [...some, ...reports.filter((each) => !some.includes(each))];
        expect(intervalsOf(timelineOf(...shuffled))).toEqual(intervalsOf(timelineOf(...reports)));
      },
    ),
    { numRuns: 1_000 },
  );
});
