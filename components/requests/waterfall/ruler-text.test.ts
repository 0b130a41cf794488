import { expect, test } from 'vitest';
import { axisOver } from '@/lib/requests/view/axis';
import { linearAxis, ms } from '../request.fixture';
import { crosshairText, tickText } from './ruler-text';

test('ticks count from the start of the request', () => {
  const axis = linearAxis(0, ms(100));
  expect([tickText(axis, 0), tickText(axis, ms(25))]).toEqual(['0', '25 ms']);
});

test('behind a fold ticks count from where the axis goes on', () => {
  const segments = [
    { from: 0, to: ms(100), folded: false },
    { from: ms(100), to: ms(9000), folded: true },
    { from: ms(9000), to: ms(9100), folded: false },
  ];
  const axis = axisOver(segments, 0, ms(9100), 0.1);
  expect(tickText(axis, ms(9050))).toBe('+50 ms');
});

test('the crosshair tells its offset and the time of day', () => {
  const startMs = Date.parse('2026-11-25T14:02:07.000Z');
  expect(crosshairText(ms(612.4), startMs)).toBe('+612.4 ms, 14:02:07.612 UTC');
});
