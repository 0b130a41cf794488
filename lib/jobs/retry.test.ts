import { expect, test } from 'vitest';
import { AppError } from '@/lib/errors/app-error';
import { OutboundError } from '@/lib/http/outbound-error';
import { jobFailure, retryDelayMs } from './retry';

const middle = () => 0.5;

test('the wait doubles with each failure, up to five minutes', () => {
  const waits = [1, 2, 3, 8, 9, 10_000].map((attempt) => retryDelayMs(attempt, 0, middle));
  expect(waits).toEqual([2_000, 4_000, 8_000, 256_000, 300_000, 300_000]);
});

test('what fails at the same time is not tried at the same time', () => {
  expect(retryDelayMs(1, 0, () => 0)).toBe(1_500);
  expect(retryDelayMs(1, 0, () => 1)).toBe(2_500);
});

test('the time that the other side asks for is waited', () => {
  expect(retryDelayMs(1, 60_000, middle)).toBe(60_000);
  expect(retryDelayMs(8, 60_000, middle)).toBe(256_000);
});

test('errors become codes, and an unknown one says nothing of itself', () => {
  expect(jobFailure(new OutboundError('rate_limited', 'slower', 429, { afterMs: 5_000 }))).toEqual({
    code: 'rate_limited',
    message: 'slower',
    retryAfterMs: 5_000,
  });
  expect(jobFailure(new AppError('unavailable', 'not now'))).toEqual({
    code: 'unavailable',
    message: 'not now',
    retryAfterMs: 0,
  });
  expect(jobFailure(new TypeError('the password is x'))).toEqual({
    code: 'unexpected',
    message: 'TypeError',
    retryAfterMs: 0,
  });
  expect(jobFailure('thrown text')).toMatchObject({ code: 'unexpected', message: 'unknown error' });
});
