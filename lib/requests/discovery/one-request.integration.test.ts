import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { asCorrelationId } from '@/lib/correlation-id/grammar';
import { readPool, writePool } from '@/lib/db/pool';
import { receiveExport } from '@/lib/telemetry/embedded/intake';
import { embeddedLogs, embeddedTraces } from '@/lib/telemetry/embedded/source';
import { lokiSource } from '@/lib/telemetry/loki/source';
import { tempoSource } from '@/lib/telemetry/tempo/source';
import { MINUTE_MS, msToNs } from '@/lib/time/units';
import { collectRequest } from './request-collector';
import { oneRequest, recorded, replayed } from './one-request.fixture';
import type { RequestView } from '../contract';

/**
 * The same request in the embedded store, and in Tempo and Loki: as recorded from real servers, or,
 * with TEMPO_URL and LOKI_URL set, in those (RECORD=1 writes the recording anew).
 */
const { TEMPO_URL, TEMPO_OTLP_URL, LOKI_URL, RECORD } = process.env;
const live = Boolean(TEMPO_URL && LOKI_URL);
const tape = (source: string) =>
  join(import.meta.dirname, 'fixtures', `one-request-${source}.json`);
const { id, baseMs } = live
  ? { id: asCorrelationId(randomUUID())!, baseMs: Date.now() - 60_000 }
  : recorded(tape('tempo'));
const nowMs = baseMs + 5 * MINUTE_MS;

beforeAll(() => {
  process.env.DATABASE_URL = inject('databaseUrl');
  process.env.LOG_LEVEL = 'silent';
  process.env.HOSTNAME = '127.0.0.1';
  // The store takes nothing that is too old; a recording gets older every day.
  vi.useFakeTimers({ toFake: ['Date'], now: nowMs });
});
afterAll(async () => {
  vi.useRealTimers();
  await Promise.all([readPool().end(), writePool().end()]);
});

const { traces, logs } = oneRequest(id, baseMs);
const options = {
  nowMs,
  searchDays: 1,
  keptDays: 1,
  window: { startNs: msToNs(baseMs - 5 * MINUTE_MS), endNs: msToNs(baseMs + 5 * MINUTE_MS) },
};
const json = (body: object) => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

async function inEmbedded(): Promise<RequestView> {
  for (const [signal, body] of [
    ['traces', traces],
    ['logs', logs],
  ] as const)
    expect((await receiveExport(signal, new Request('http://127.0.0.1/', json(body)))).status).toBe(
      200,
    );
  return (
    await collectRequest(
      id,
      { traces: embeddedTraces, logs: embeddedLogs, metrics: undefined },
      options,
    )
  ).view;
}

async function inTempoAndLoki(): Promise<RequestView> {
  const fed = live ? await feed() : undefined;
  const upstream = RECORD ? fed : undefined;
  const servers =
    live && !RECORD
      ? undefined
      : await Promise.all([
          replayed(
            tape('tempo'),
            upstream && { url: TEMPO_URL!, version: upstream.tempo, id, baseMs },
          ),
          replayed(
            tape('loki'),
            upstream && { url: LOKI_URL!, version: upstream.loki, id, baseMs },
          ),
        ]);
  const [tempo, loki] = [
    tempoSource({ base: servers?.[0].url ?? TEMPO_URL! }),
    lokiSource(
      { base: servers?.[1].url ?? LOKI_URL! },
      { streamLabel: 'service_name', lookupAttributes: [] },
    ),
  ];
  const { view } = await collectRequest(
    id,
    { traces: tempo, logs: loki, metrics: undefined },
    options,
  );
  servers?.forEach((server) => server.close());
  return view;
}

/** Gives the request to the real servers, and waits until both find it. */
async function feed(): Promise<{ tempo: string; loki: string }> {
  expect(
    (
      await fetch(
        `${TEMPO_OTLP_URL ?? TEMPO_URL!.replace(/:\d+$/, ':4318')}/v1/traces`,
        json(traces),
      )
    ).ok,
  ).toBe(true);
  expect((await fetch(`${LOKI_URL}/otlp/v1/logs`, json(logs))).ok).toBe(true);
  const [tempo, loki] = [
    tempoSource({ base: TEMPO_URL! }),
    lokiSource({ base: LOKI_URL! }, { streamLabel: 'service_name', lookupAttributes: [] }),
  ];
  const whole = async () => [
    (await tempo.find(id, options.window, {})).data.length,
    (await loki.byCorrelationId(id, options.window, {})).data.length,
  ];
  await expect.poll(whole, { timeout: 90_000, interval: 1_000 }).toEqual([2, 4]);
  return { tempo: await tempo.ping({}), loki: await loki.ping({}) };
}

/**
 * What may differ, and why: ids of lines and the revision made of them, the ledger's own account,
 * and that Loki keeps attributes as text under names of its own.
 */
function comparable(view: RequestView) {
  return {
    ...view,
    revision: undefined,
    ledger: view.ledger
      .filter(({ signal }) => signal !== 'metrics')
      .map(({ signal, state, rows, reasons }) => ({ signal, state, rows, reasons })),
    logs: view.logs.map((log) => ({
      ...log,
      id: undefined,
      attributes: Object.fromEntries(
        Object.entries(log.attributes).map(([key, value]) => [
          key.replaceAll('.', '_'),
          String(value),
        ]),
      ),
    })),
  };
}

test(
  'the same request gives the same view from every source, field by field',
  { timeout: 120_000 },
  async () => {
    const [embedded, others] = [await inEmbedded(), await inTempoAndLoki()];
    expect(embedded.spanCount).toBe(8);
    expect(embedded.logCount).toBe(5);
    expect(comparable(others)).toEqual(comparable(embedded));
  },
);
