import { expect, test } from 'vitest';
import { withClock } from './clock';
import { logRow, ms, requestPage } from './request.fixture';

const view = requestPage({ logs: [logRow('1', { offsetNs: ms(60), skewNs: ms(-40) })] });

test('on the raw clock a line stands where its host put it', () => {
  expect(withClock(view, 'raw').logs[0]!.offsetNs).toBe(ms(100));
});

test('the adjusted view is left as it is', () => {
  expect(withClock(view, 'adjusted')).toBe(view);
});
