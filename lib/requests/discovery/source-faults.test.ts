import { expect, test, vi } from 'vitest';
import { asCorrelationId } from '@/lib/correlation-id/grammar';
import { FAULTS, type Fault } from '@/lib/http/faults.fixture';
import { listening } from '@/lib/http/listening.fixture';
import { lokiSource } from '@/lib/telemetry/loki/source';
import { prometheusSource } from '@/lib/telemetry/prometheus/source';
import { tempoSource } from '@/lib/telemetry/tempo/source';
import { nsToMs } from '@/lib/time/units';
import { collectRequest } from './request-collector';
import { memorySources } from './sources.fixture';
import { line, span } from '../correlation/spans.fixture';

// What a view can do without is logged when it fails, and the log reads its level from here.
vi.stubEnv('DATABASE_URL', 'postgresql://127.0.0.1/unused');
vi.stubEnv('LOG_LEVEL', 'silent');
vi.stubEnv('HOSTNAME', '127.0.0.1');

const id = asCorrelationId('order-2026-1122')!;
const whole = () =>
  memorySources(
    [span(1, undefined, 0, 10, { attributes: { correlation_id: id } })],
    [line(1, 5, { correlationId: id, trace: 1, span: 1 })],
  );
const options = {
  nowMs: nsToMs(span(1, undefined, 0, 0).startNs) + 120_000,
  searchDays: 1,
  keptDays: 3,
};

/** What the ledger says of each fault; the name of the source stands before it. */
const SAID: Record<Fault, RegExp> = {
  hangs: /^timed out after 5 s$/,
  drips: /^timed out after 5 s$/,
  'resets in mid-body': /^cannot be reached: connection failed \((ECONNRESET|UND_ERR_SOCKET)\)$/,
  // A slow machine does not unpack so much within the deadline: either bound ends it.
  'sends a gzip bomb':
    /^(has more than can be read: the answer is larger than 32 MiB|timed out after 5 s)$/,
  'cuts a packed answer': /^cannot be reached: connection failed \(Z_BUF_ERROR\)$/,
  'packs nothing': /^cannot be reached: /,
  'answers with a page':
    /^answered something that cannot be read: the answer is not JSON \(text\/html\)$/,
  'answers 503 all the time': /^cannot be reached: busy$/,
  redirects:
    /^answered something that cannot be read: answered with a redirect, which is not followed$/,
};

const BROKEN = {
  traces: (base: string) => ({ ...whole(), traces: tempoSource({ base }) }),
  logs: (base: string) => ({
    ...whole(),
    logs: lokiSource({ base }, { streamLabel: 'service_name', lookupAttributes: [] }),
  }),
  metrics: (base: string) => ({ ...whole(), metrics: prometheusSource({ base }) }),
};

for (const signal of ['traces', 'logs', 'metrics'] as const) {
  test.concurrent.each(Object.keys(FAULTS) as Fault[])(
    `${signal}: a backend that %s costs its part, in words, and nothing else`,
    (fault) => costsItsPart(signal, fault),
  );
}

async function costsItsPart(signal: keyof typeof BROKEN, fault: Fault): Promise<void> {
  const { url, close } = await listening(FAULTS[fault]);
  const { view } = await collectRequest(id, BROKEN[signal](url), options);
  await close();
  const entry = view.ledger.find((each) => each.signal === signal)!;
  expect(entry.state).toBe('failed');
  const isBusyMetrics = fault === 'answers 503 all the time' && signal === 'metrics';
  expect(entry.reasons.map(({ sentence }) => sentence.replace(`${entry.source} `, ''))).toEqual(
    expect.arrayContaining([expect.stringMatching(isBusyMetrics ? /busy/ : SAID[fault])]),
  );
  expect(view.complete).toBe(true);
  expect(view.spans.length).toBe(signal === 'traces' ? 0 : 1);
  expect(view.logs.length).toBe(signal === 'logs' ? 0 : 1);
  for (const other of view.ledger)
    if (other !== entry && !(signal === 'traces' && other.signal === 'metrics'))
      expect(other.state).toBe('ok');
}

test('a burst of refusals that passes costs nothing', async () => {
  let asked = 0;
  const { url, close } = await listening((_, response) =>
    ++asked < 3
      ? response.writeHead(502).end()
      : response
          .writeHead(200, { 'content-type': 'application/json' })
          .end('{"status":"success","data":{"resultType":"streams","result":[]}}'),
  );
  const { view } = await collectRequest(id, BROKEN.logs(url), options);
  await close();
  expect(view.ledger.find((each) => each.signal === 'logs')).toMatchObject({ reasons: [] });
  expect(asked).toBeGreaterThan(2);
});
