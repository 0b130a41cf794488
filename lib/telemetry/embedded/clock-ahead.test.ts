import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { msToNs } from '@/lib/time/units';
import { clockAhead } from './clock-ahead';

const call = (fromMs: number, toMs: number, ended = true) => ({
  startNs: msToNs(fromMs),
  endNs: msToNs(toMs),
  ended,
});

describe('how far the clock of a server is ahead of its client', () => {
  test('is nothing where its span lies inside', () => {
    expect(clockAhead(call(0, 100), call(10, 90))).toBe(0);
    expect(clockAhead(call(0, 100), call(0, 100))).toBe(0);
  });
  test('is how far its span ends too late, or begins too early', () => {
    expect(clockAhead(call(0, 100), call(4210, 4290))).toBeCloseTo(4.19);
    expect(clockAhead(call(0, 100), call(-2000, -1950))).toBeCloseTo(-2);
  });
  test('is not known where the server worked on after its client had gone, or where one has no end', () => {
    expect(clockAhead(call(0, 100), call(50, 900))).toBe(0);
    expect(clockAhead(call(0, 100), call(4210, 4210, false))).toBe(0);
  });
  test('moves the span inside, whatever the clocks', () => {
    const ms = fc.integer({ min: 0, max: 1_000 });
    fc.assert(
      fc.property(ms, ms, fc.integer({ min: -5_000, max: 5_000 }), (wait, work, at) => {
        fc.pre(work <= wait);
        const ahead = Math.round(clockAhead(call(0, wait), call(at, at + work)) * 1000);
        expect(at - ahead).toBeGreaterThanOrEqual(0);
        expect(at + work - ahead).toBeLessThanOrEqual(wait);
      }),
    );
  });
});
