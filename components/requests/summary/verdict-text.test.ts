import { describe, expect, test } from 'vitest';
import type { Verdict } from '@/lib/requests/contract';
import { lane, ms, requestPage } from '../request.fixture';
import {
  durationNote,
  isLong,
  requestDuration,
  sentenceSegments,
  sentenceText,
  similarFailures,
} from './verdict-text';

const sentence: Verdict['sentence'] = [
  { text: 'Failed: checkout answered ', tone: 'plain' },
  { text: '502', tone: 'critical' },
];
const textOf = (provisional: boolean, found: boolean, changed: boolean) =>
  sentenceText({ sentence: [...sentenceSegments({ sentence, provisional }, { found, changed })] });

describe('the sentence', () => {
  test('stands as it is once all sources have answered', () => {
    expect(textOf(false, true, false)).toBe('Failed: checkout answered 502');
  });
  test('begins "So far" while sources are searching', () => {
    expect(textOf(true, true, false)).toBe('So far: failed: checkout answered 502');
    expect(textOf(true, true, true)).toBe('So far: failed: checkout answered 502');
  });
  test('has no second beginning where it says "So far" itself', () => {
    const own: Verdict['sentence'] = [{ text: 'So far: edge answered 200.', tone: 'plain' }];
    for (const provisional of [true, false])
      expect(sentenceSegments({ sentence: own, provisional }, { found: true, changed: true })).toBe(
        own,
      );
  });
  test('has no beginning before anything was found', () => {
    expect(textOf(true, false, false)).toBe('Failed: checkout answered 502');
  });
  test('begins "Updated" when it was another before', () => {
    expect(textOf(false, true, true)).toBe('Updated: failed: checkout answered 502');
  });
  test('keeps its tones', () => {
    const segments = sentenceSegments(
      { sentence, provisional: true },
      { found: true, changed: false },
    );
    expect(segments.map(({ tone }) => tone)).toEqual(['plain', 'plain', 'critical']);
  });
  test('is set smaller when it is long', () => {
    expect([isLong('x'.repeat(105)), isLong('x'.repeat(106))]).toEqual([false, true]);
  });
});

test('the duration is compared with the usual one where one lane makes the request', () => {
  const { verdict } = requestPage();
  const usual = { ...verdict, normalNs: ms(210) };
  expect(durationNote({ lanes: [lane('a')], verdict: usual })).toBe(', normally 210 ms');
  expect(durationNote({ lanes: [lane('a')], verdict })).toBe('');
  expect(durationNote({ lanes: [lane('a'), lane('b')], verdict: usual })).toBe(' in all');
});

test('what has no end took so long at least, and never nothing', () => {
  const window = { start: '2026-11-25T14:02:06Z', durationNs: ms(50) };
  const open = [lane('a', { state: 'unfinished' })];
  expect(requestDuration({ lanes: [lane('a')], window })).toBe('50 ms');
  expect(requestDuration({ lanes: open, window })).toBe('over 50 ms');
  expect(requestDuration({ lanes: open, window: { ...window, durationNs: 0 } })).toBe(
    'no end received',
  );
});

describe('failures of the same kind', () => {
  const alike = {
    count: 18,
    since: '2026-11-25T14:02:00Z',
    trend: [1, 17],
    atLeast: false,
    burst: false,
  };
  test('are counted without this one', () => {
    expect(similarFailures({ alike })).toEqual({
      text: '17 more like this',
      since: '14:02',
      trend: [1, 17],
    });
  });
  test('are said to be more when the list was cut', () => {
    expect(similarFailures({ alike: { ...alike, atLeast: true } })?.text).toBe(
      '17 or more like this',
    );
  });
  test('of a burst are told by the sentence itself', () => {
    expect(similarFailures({ alike: { ...alike, burst: true } })?.text).toBeNull();
  });
  test('are none when it is the only one', () => {
    expect(similarFailures({ alike: { ...alike, count: 1 } })).toBeNull();
    expect(similarFailures({ alike: null })).toBeNull();
  });
});
