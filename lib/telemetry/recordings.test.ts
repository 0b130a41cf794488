import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { asCorrelationId, asTraceId } from '@/lib/correlation-id/grammar';
import { OutboundError } from '@/lib/http/outbound-error';
import { epochMs, epochNs } from '@/lib/time/units';
import { lokiSource } from './loki/source';
import { prometheusSource } from './prometheus/source';
import { promql, selector } from './prometheus/promql';
import { replay } from './replay.fixture';
import { tempoSource } from './tempo/source';

/** Every recorded answer of a real server to a call that we make: what a source makes of it. */
const window = {
  startNs: epochNs(1795347516_585_123_457n),
  endNs: epochNs(1795348116_585_123_457n),
};
const id = asCorrelationId('c-7f3a91d2-0b64-4e8c-9d15-6a2f3c8b7e40')!;
const query = promql`${selector('up', [])}`;

interface Recording {
  readonly status: number;
  readonly body: unknown;
}

const recordingsOf = (source: string, pattern: RegExp) => {
  const folder = join(import.meta.dirname, source, 'fixtures');
  return readdirSync(folder)
    .map((file) => file.replace('.json', ''))
    .filter((name) => pattern.test(name))
    .map((name) => ({
      name,
      folder,
      recording: JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as Recording,
    }));
};

let close: (() => Promise<void>) | undefined;
afterEach(() => close?.());

/** A backend that has one answer; Tempo 2.3.1 has no v2. */
async function server(folder: string, name: string): Promise<{ base: string }> {
  const replayed = await replay(folder, (asked) =>
    asked.path.includes('/api/v2/') ? 'trace-by-id-v2' : name,
  );
  close = replayed.close;
  return { base: replayed.url };
}

/** What a call came to: so many rows, or one of the closed reasons. */
async function outcome(call: Promise<{ data: readonly unknown[] }>): Promise<number | string> {
  try {
    return (await call).data.length;
  } catch (error) {
    if (error instanceof OutboundError) return error.reason;
    throw error;
  }
}

const REFUSED: Record<number, readonly string[]> = {
  400: ['bad_query'],
  401: ['unauthorized'],
  404: ['protocol'],
  405: ['protocol'],
  422: ['bad_query', 'too_large'],
  429: ['rate_limited'],
  500: ['unavailable'],
  503: ['unavailable', 'timeout'],
  504: ['timeout'],
};

for (const { name, folder, recording } of recordingsOf('tempo', /search|metrics-/)) {
  test(`Tempo 2.3.1, search: ${name}`, async () => {
    const body = recording.body as { traces?: { traceID: string }[] };
    const got = await outcome(tempoSource(await server(folder, name)).find(id, window, {}));
    if (recording.status === 200) expect(got).toBe(body.traces?.length ?? 0);
    else expect(REFUSED[recording.status]).toContain(got);
  });
}

for (const { name, folder, recording } of recordingsOf(
  'tempo',
  /^(?!v3-).*(trace-by-id|strict-trace)/,
)) {
  test(`Tempo 2.3.1, trace: ${name}`, async () => {
    const got = await outcome(
      tempoSource(await server(folder, name)).fetch(
        asTraceId('bc5f07d44274af68d22964b80b36a92c')!,
        {},
      ),
    );
    if (recording.status === 200) expect(got).toBeGreaterThan(0);
    else if (recording.status === 404) expect(got).toBe(0);
    else expect(REFUSED[recording.status]).toContain(got);
  });
}

for (const { name, folder, recording } of recordingsOf('loki', /query|error-|strict-/)) {
  test(`Loki 3.0.0: ${name}`, async () => {
    const { data } = recording.body as {
      data?: { resultType: string; result: { values: unknown[] }[] };
    };
    const loki = lokiSource(await server(folder, name), {
      streamLabel: 'service_name',
      lookupAttributes: [],
    });
    // A window that cannot be halved: here every refusal stands.
    const got = await outcome(
      loki.byCorrelationId(
        id,
        { startNs: window.startNs, endNs: epochNs(window.startNs + 1n) },
        {},
      ),
    );
    if (recording.status === 200 && data?.resultType === 'streams')
      expect(got).toBe(data.result.reduce((sum, { values }) => sum + values.length, 0));
    else if (recording.status === 200) expect(got).toBe('protocol');
    else expect(REFUSED[recording.status]).toContain(got);
  });
}

for (const { name, folder, recording } of recordingsOf('prometheus', /^query(?!-exemplars)/)) {
  test(`Prometheus 2.42.0: ${name}`, async () => {
    const { data } = recording.body as { data?: { resultType: string; result: unknown[] } };
    const got = await outcome(
      prometheusSource(await server(folder, name)).instant(query, epochMs(0), {}),
    );
    if (recording.status === 200) expect(got).toBe(seriesIn(data!));
    else expect(REFUSED[recording.status]).toContain(got);
  });
}

for (const { name, folder, recording } of recordingsOf('prometheus', /^query-exemplars/)) {
  test(`Prometheus 2.42.0: ${name}`, async () => {
    const { data } = recording.body as { data?: { exemplars: unknown[] }[] };
    const got = await outcome(
      prometheusSource(await server(folder, name)).exemplars(query, window, {}),
    );
    if (recording.status === 200)
      expect(got).toBe(data!.reduce((sum, { exemplars }) => sum + exemplars.length, 0));
    else expect(REFUSED[recording.status]).toContain(got);
  });
}

function seriesIn({ resultType, result }: { resultType: string; result: unknown[] }): number {
  if (resultType === 'scalar') return 1;
  if (resultType === 'string') return 0;
  return result.length;
}
