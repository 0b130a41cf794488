import { beforeEach, expect, test, vi } from 'vitest';
import { metrics } from '@/lib/observability/metrics';
import { canary } from './canary';

const find = vi.fn(async () => ({ data: [] as object[], partial: [] }));
const byCorrelationId = vi.fn(async () => ({ data: [] as object[], partial: [] }));
const from = () => ({ traces: { find }, logs: { byCorrelationId } }) as never;
const seen = async (signal: string) =>
  (await metrics().canaryFound.get()).values.find(({ labels }) => labels.signal === signal)?.value;

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});

test('each turn looks for what the turns before have sent, and says when each signal was last found', async () => {
  const turn = canary(['traces', 'logs'], from);
  expect([await seen('traces'), await seen('logs')]).toEqual([1000, 1000]);
  await turn();
  expect(find).not.toHaveBeenCalled();
  vi.advanceTimersByTime(60_000);
  find.mockResolvedValueOnce({ data: [{}], partial: [] });
  byCorrelationId.mockRejectedValueOnce(new Error('Loki is down'));
  await turn();
  // Lost lines leave the old time standing: that is what the alert looks at.
  expect([await seen('traces'), await seen('logs')]).toEqual([1060, 1000]);
  vi.advanceTimersByTime(60_000);
  await turn();
  expect(find).toHaveBeenCalledTimes(3);
});
test('a portal that sends nothing looks for nothing', async () => {
  find.mockClear();
  const turn = canary([], from);
  await turn();
  await turn();
  expect(find).not.toHaveBeenCalled();
});
