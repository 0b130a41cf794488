import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { RequestPage } from './contract';
import { epochMs } from '@/lib/time/units';
import { firstAnswerOf, withinBound } from './first-answer';

const page = (parts: Partial<RequestPage>) => ({ logs: [], spanCount: 0, ...parts }) as RequestPage;
const lines = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: String(index) })) as RequestPage['logs'];

describe('what is known in time', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('is the whole answer when all sources are quick', async () => {
    const whole = page({ complete: true });
    expect(await withinBound(() => Promise.resolve({ view: whole }), 500)).toBe(whole);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('is what had arrived when a source is slow, which is then asked no longer', async () => {
    const part = page({ complete: false });
    let signal: AbortSignal | undefined;
    const answer = withinBound((options) => {
      signal = options.signal;
      options.emit({ view: part } as never);
      return new Promise(() => {});
    }, 500);
    await vi.advanceTimersByTimeAsync(499);
    expect(signal?.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await answer).toEqual(part);
    expect(signal?.aborted).toBe(true);
  });

  test('is not what stopping the search makes of it', async () => {
    const answer = withinBound(({ signal, emit }) => {
      signal.addEventListener('abort', () => emit({ view: page({ complete: true }) } as never));
      return new Promise(() => {});
    }, 500);
    await vi.advanceTimersByTimeAsync(500);
    expect(await answer).toBeUndefined();
  });

  test('is not complete while kept evidence may still be found', async () => {
    const answer = withinBound(({ emit }) => {
      emit({ view: page({ complete: true }) } as never);
      return new Promise(() => {});
    }, 500);
    await vi.advanceTimersByTimeAsync(500);
    expect((await answer)?.complete).toBe(false);
  });

  test('is an error when the request cannot be shown', async () => {
    await expect(withinBound(() => Promise.reject(new Error('no')), 500)).rejects.toThrow('no');
    expect(vi.getTimerCount()).toBe(0);
  });
});

const NOW = epochMs(1_700_000_000_000);

describe('the first answer', () => {
  test('of a request that is served whole is all of it', () => {
    const view = page({ spanCount: 2_000, logs: lines(5_000) });
    expect(firstAnswerOf(view, NOW)).toEqual({ view, logsCut: false, loadedAtMs: NOW });
  });
  test('of a large request has its first lines, and says that there are more', () => {
    const view = page({ spanCount: 2_001, logs: lines(5_000) });
    const answer = firstAnswerOf(view, NOW);
    expect(answer.logsCut).toBe(true);
    expect(answer.view.logs).toEqual(lines(200));
  });
  test('of a large request with few lines has all of them', () => {
    const view = page({ spanCount: 100_000, logs: lines(200) });
    expect(firstAnswerOf(view, NOW)).toEqual({ view, logsCut: false, loadedAtMs: NOW });
  });
});
