import { expect, test } from 'vitest';
import { asCorrelationId } from '@/lib/correlation-id/grammar';
import { OutboundError } from '@/lib/http/outbound-error';
import type { LogLine, LogSource } from '@/lib/telemetry/model';
import { msToNs } from '@/lib/time/units';
import { line } from '../correlation/spans.fixture';
import { streamTail, tailStart } from './tail';

const id = asCorrelationId('order-2026-1122')!;
const answering = (byCorrelationId: LogSource['byCorrelationId']): LogSource => ({
  name: 'Loki',
  indexed: false,
  byCorrelationId,
  byTrace: async () => ({ data: [], partial: [] }),
  clusterEvents: async () => ({ data: [], partial: [] }),
  around: async () => ({ data: { before: [], after: [] }, partial: [] }),
  ping: async () => '',
});
const now = (more: Partial<LogLine>): LogLine =>
  line(1, 0, { timeNs: msToNs(Date.now()), ...more });

/** What arrives until `text` is among it. */
async function readUntil(response: Response, text: string): Promise<string> {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let read = '';
  while (!read.includes(text)) read += (await reader.read()).value ?? '';
  await reader.cancel();
  return read;
}

test('each line is told once, also one that came late', async () => {
  const lines = [
    now({ id: 'a' }),
    now({ id: 'late', timeNs: msToNs(Date.now() - 5_000) }),
    now({ id: 'last' }),
  ];
  let asked = 0;
  const said = await readUntil(
    streamTail(
      id,
      answering(async () => ({ data: lines.slice(0, ++asked), partial: [] })),
      msToNs(Date.now() - 60_000),
      new AbortController().signal,
    ),
    '"last"',
  );
  expect([...said.matchAll(/"id":"(\w+)"/g)].map((match) => match[1])).toEqual([
    'a',
    'late',
    'last',
  ]);
});

test('a source that does not answer is said, and asked again', async () => {
  let asked = 0;
  const source = answering(async () => {
    if (++asked === 1) throw new OutboundError('unavailable', 'connection refused');
    return { data: [now({ id: 'back' })], partial: [] };
  });
  const said = await readUntil(
    streamTail(id, source, msToNs(Date.now() - 60_000), new AbortController().signal),
    '"back"',
  );
  expect(said).toContain(
    'event: trouble\ndata: {"message":"Loki did not answer: connection refused."}',
  );
});

test('when the browser leaves, the source is no longer asked', async () => {
  let asked = 0;
  const source = answering(async () => ({ data: [now({ id: String(++asked) })], partial: [] }));
  await readUntil(
    streamTail(id, source, msToNs(Date.now() - 60_000), new AbortController().signal),
    '"1"',
  );
  await new Promise((done) => setTimeout(done, 1500));
  expect(asked).toBe(1);
});

test('a quiet request is asked for its past once, then for the last seconds only', async () => {
  const windows: bigint[] = [];
  const source = answering(async (_, window) => {
    windows.push((window.endNs - window.startNs) / 1_000_000_000n);
    return { data: windows.length === 3 ? [now({ id: 'third' })] : [], partial: [] };
  });
  await readUntil(
    streamTail(id, source, msToNs(Date.now() - 3_600_000), new AbortController().signal),
    '"third"',
  );
  expect(windows[0]).toBeGreaterThanOrEqual(3_600n);
  expect(windows.slice(1).every((seconds) => seconds <= 20n)).toBe(true);
});

test('a stream goes on a little before what was seen last, and refuses what is not a time', () => {
  expect(tailStart('1790000000000000000', undefined, 1_790_000_000_000)).toBe(
    1_789_999_985_000_000_000n,
  );
  expect(() => tailStart('soon', undefined, 1)).toThrow('Last-Event-ID');
  expect(tailStart(null, undefined, 5)).toBe(5_000_000n);
  expect(tailStart(null, msToNs(0), 1_790_000_000_000)).toBe(
    msToNs(1_790_000_000_000 - 86_400_000),
  );
});
