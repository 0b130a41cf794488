import { expect, test } from 'vitest';
import { lane, logRow, ms } from './request.fixture';
import { axisSegments } from './time-axis';

const view = {
  lanes: [
    lane('a', { startOffsetNs: 0, durationNs: ms(100) }),
    lane('b', { startOffsetNs: ms(900), durationNs: ms(100) }),
  ],
  logs: [logRow('1', { offsetNs: ms(150) })],
};

test('a long gap between lanes and lines is folded', () => {
  expect(axisSegments(view, ms(1000), 'fold')).toEqual([
    { from: 0, to: ms(150), folded: false },
    { from: ms(150), to: ms(900), folded: true },
    { from: ms(900), to: ms(1000), folded: false },
  ]);
});

test('nothing is folded when time is to be drawn to scale', () => {
  expect(axisSegments(view, ms(1000), 'linear')).toEqual([
    { from: 0, to: ms(1000), folded: false },
  ]);
});
