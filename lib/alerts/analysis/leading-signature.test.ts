import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '@/lib/time/units';
import { isUnusual, leadingSignature } from './leading-signature';

const group = (signature: string, count: number) => ({ signature, service: 'inventory', count });

describe('the signature that leads', () => {
  test('is the one furthest beyond its usual number, not the most frequent', () => {
    const usual = new Map([['StockConflictError', 360]]);
    const groups = [group('StockConflictError', 62), group('DatabaseError', 40)];
    expect(leadingSignature(groups, usual, 10 * MINUTE_MS)).toMatchObject({
      signature: 'DatabaseError',
      usualPerHour: 0,
    });
  });
  test('is the most frequent where all are as usual, or where the usual is not known', () => {
    const groups = [group('rare', 1), group('frequent', 10)];
    const usual = new Map([
      ['rare', 1],
      ['frequent', 100],
    ]);
    expect(leadingSignature(groups, usual, HOUR_MS)?.signature).toBe('frequent');
    expect(leadingSignature(groups, undefined, HOUR_MS)).toMatchObject({
      signature: 'frequent',
      usualPerHour: null,
    });
  });
  test('is none where nothing failed', () => {
    expect(leadingSignature([], new Map(), HOUR_MS)).toBeUndefined();
  });
  test('is one of those that were counted, with its own count', () => {
    const counted = fc.uniqueArray(
      fc.record({ signature: fc.string(), service: fc.string(), count: fc.nat() }),
      { selector: ({ signature }) => signature, minLength: 1 },
    );
    fc.assert(
      fc.property(counted, fc.dictionary(fc.string(), fc.nat()), fc.nat(), (groups, usual, ms) => {
        const leading = leadingSignature(groups, new Map(Object.entries(usual)), ms)!;
        expect(groups).toContainEqual({
          signature: leading.signature,
          service: leading.service,
          count: leading.count,
        });
      }),
    );
  });
});

test('one that comes every ten minutes is not unusual once in five', () => {
  expect(isUnusual(1, 6, 5 * MINUTE_MS)).toBe(false);
  expect(isUnusual(2, 6, 5 * MINUTE_MS)).toBe(true);
  expect(isUnusual(1, 0, 5 * MINUTE_MS)).toBe(true);
  expect(isUnusual(0, 0, 5 * MINUTE_MS)).toBe(false);
});
