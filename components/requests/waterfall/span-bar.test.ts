import { describe, expect, test } from 'vitest';
import type { SpanRow } from '@/lib/requests/contract';
import { linearAxis, logRow, ms, spanRow } from '../request.fixture';
import { spanBar, type SpanBarOptions } from './span-bar';
import { spanTableFromRows } from './span-table';

const barOf = (parts: Partial<SpanRow>, options: Partial<SpanBarOptions> = {}) =>
  spanBar(spanTableFromRows([spanRow('a', parts)], 'adjusted'), 0, linearAxis(ms(100), ms(200)), {
    isCulprit: false,
    showRawBar: true,
    logs: [],
    ...options,
  });

describe('the bar of a span', () => {
  test('says how long it took', () => {
    expect(barOf({ startOffsetNs: ms(100), durationNs: ms(46) }).text).toBe('46 ms');
  });
  test('says that it has no end, or recorded an exception', () => {
    const at = { startOffsetNs: ms(100), durationNs: ms(0) };
    expect(barOf({ ...at, ended: false })).toMatchObject({ text: 'no end received', ended: false });
    expect(barOf({ startOffsetNs: ms(300), ended: false }).text).toBe('→ no end received');
    const exception = barOf({ startOffsetNs: ms(100), durationNs: ms(46), outcome: 'exception' });
    expect(exception).toMatchObject({ text: '46 ms, exception recorded', hasException: true });
    expect(barOf({ ...at, outcome: 'exception' }, { isCulprit: true }).culprit).toBe('failed');
  });
  test('points to where it is when it is outside of what is shown', () => {
    expect(barOf({ startOffsetNs: ms(300) })).toMatchObject({ text: '→ 100 ms', bar: undefined });
    expect(barOf({ startOffsetNs: 0, durationNs: ms(5) }).text).toBe('← 5 ms');
  });
  test('is not drawn where the times of the span cannot be true', () => {
    const implausible = {
      reason: 'too_early',
      unit: null,
      from: '1970-01-01T00:00:00Z',
      to: '1970-01-01T00:00:00Z',
      sentence: 'No place in time: the clock says 1970-01-01.',
    } as const;
    expect(barOf({ startOffsetNs: ms(100), durationNs: 0, implausible })).toMatchObject({
      bar: undefined,
      text: 'no place in time',
    });
  });
  test('has a second bar where the clock of its host was adjusted', () => {
    const skewed = { startOffsetNs: ms(125), durationNs: ms(25), skewNs: ms(-25) };
    expect(barOf(skewed).rawBar).toEqual({ left: '50%', width: '25%' });
    expect(barOf(skewed, { showRawBar: false }).rawBar).toBeUndefined();
    expect(barOf({ startOffsetNs: ms(120) }).rawBar).toBeUndefined();
  });
  test('tells a failed culprit from a slow one, and others from both', () => {
    expect(barOf({ failed: true }, { isCulprit: true }).culprit).toBe('failed');
    expect(barOf({}, { isCulprit: true }).culprit).toBe('slow');
    expect(barOf({ failed: true }).culprit).toBeUndefined();
  });
});

describe('the usual duration', () => {
  const slow = { startOffsetNs: ms(100), durationNs: ms(50), normalNs: ms(10) };
  test('is drawn on a slow culprit', () => {
    const bar = barOf(slow, { isCulprit: true });
    expect(bar.normal).toEqual({
      position: { left: '0%', width: '10%' },
      title: 'normally 10 ms',
    });
    expect(bar.text).toBe('50 ms, normally 10 ms');
  });
  test('is not drawn on others, on failures, or where the difference is small', () => {
    expect(barOf(slow).normal).toBeUndefined();
    expect(barOf({ ...slow, failed: true }, { isCulprit: true }).normal).toBeUndefined();
    expect(barOf({ ...slow, normalNs: ms(30) }, { isCulprit: true }).normal).toBeUndefined();
  });
  test('is not written where there is no room for it', () => {
    expect(barOf({ ...slow, durationNs: ms(90) }, { isCulprit: true }).text).toBe('90 ms');
  });
});

describe('dots of log lines', () => {
  const inside = { startOffsetNs: ms(100), durationNs: ms(50) };
  test('stand where the lines were written, and only in what is shown', () => {
    const logs = [logRow('1', { offsetNs: ms(110) }), logRow('2', { offsetNs: ms(300) })];
    expect(barOf(inside, { logs }).logDots).toEqual([
      { id: '1', level: 'info', position: { left: '10%' } },
    ]);
  });
  test('are at most 24', () => {
    const logs = Array.from({ length: 30 }, (_, id) => logRow(`${id}`, { offsetNs: ms(110) }));
    expect(barOf(inside, { logs }).logDots).toHaveLength(24);
  });
});
