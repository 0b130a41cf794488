import { describe, expect, test } from 'vitest';
import { fromRfc3339 } from '@/lib/time/units';
import { ms } from './request.fixture';
import { parseZoom, sameZoom, serializeZoom, viewportOf, zoomAround, zoomOf } from './zoom';

const originNs = fromRfc3339('2026-11-25T14:02:06.995000001Z')!;
const durationNs = ms(2000);

describe('the zoom in the URL', () => {
  const zoom = zoomOf([ms(100), ms(500)], originNs, durationNs)!;
  test('is absolute, to the nanosecond', () => {
    expect(serializeZoom(zoom)).toBe(
      '2026-11-25T14:02:07.095000001Z_2026-11-25T14:02:07.495000001Z',
    );
  });
  test('is read back as it was written', () => {
    expect(sameZoom(parseZoom(serializeZoom(zoom))!, zoom)).toBe(true);
    expect(viewportOf(zoom, originNs, durationNs)).toEqual([ms(100), ms(500)]);
  });
  test('shows the same when an earlier part of the request is found', () => {
    const earlier = originNs - BigInt(ms(1000));
    expect(viewportOf(zoom, earlier, ms(3000))).toEqual([ms(1100), ms(1500)]);
  });
  test.each(['', 'yesterday_today', '2026-11-25T14:02:07Z', '100_200'])(
    'is nothing when it is not one: %s',
    (text) => expect(parseZoom(text)).toBeNull(),
  );
  test('is nothing when it ends before it begins', () => {
    expect(parseZoom('2026-11-25T14:02:08Z_2026-11-25T14:02:07Z')).toBeNull();
  });
  test('is not written for the whole request', () => {
    expect(zoomOf([0, durationNs], originNs, durationNs)).toBeNull();
  });
});

describe('the viewport', () => {
  test('is the whole request without a zoom, or with one of another time', () => {
    expect(viewportOf(null, originNs, durationNs)).toEqual([0, durationNs]);
    const other = parseZoom('2020-01-01T00:00:00Z_2020-01-01T00:00:01Z');
    expect(viewportOf(other, originNs, durationNs)).toEqual([0, durationNs]);
  });
  test('ends where the request ends', () => {
    const zoom = zoomOf([ms(100), ms(1500)], originNs, durationNs);
    expect(viewportOf(zoom, originNs, ms(600))).toEqual([ms(100), ms(600)]);
  });
});

describe('zooming', () => {
  test('keeps the instant where it is on the screen', () => {
    expect(zoomAround([0, 1_000_000], 250_000, 0.5, 1_000_000)).toEqual([125_000, 625_000]);
  });
  test('out ends at the ends of the request', () => {
    expect(zoomAround([100_000, 300_000], 200_000, 10, 400_000)).toEqual([0, 400_000]);
  });
  test('stops at a microsecond', () => {
    expect(zoomAround([0, 1500], 700, 0.5, 1_000_000)).toEqual([0, 1500]);
  });
  test('is around the nearest edge when the instant is outside', () => {
    expect(zoomAround([100_000, 200_000], 900_000, 0.5, 1_000_000)).toEqual([150_000, 200_000]);
  });
});
