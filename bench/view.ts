import pg from 'pg';
import { median, quantile, type World } from './world';
import { sendRequest } from './spans';
import { row } from './row';

const RUNS = 20;
const SPANS = 100;
const DAY_MS = 86_400_000;

/** Finds a request and reads its traces; answers with the first. */
type Chain = () => Promise<{ startMs: number; traceId: string }>;

/**
 * Paste to complete view, against the direct calls that any program must make: search, fetch, then
 * metrics of what was touched.
 */
export async function measureView(world: World): Promise<string[]> {
  const id = await sendRequest(world.otlp.traces, SPANS);
  const { TEMPO_URL, LOKI_URL } = process.env;
  const { traces, end } = TEMPO_URL
    ? tempoChain(TEMPO_URL, id)
    : postgresChain(world.databaseUrl, id);
  // All that is needed, each as soon as it can be: the slowest chain is what is waited for.
  const direct = async () => {
    const lines = LOKI_URL ? linesOf(LOKI_URL, id) : undefined;
    const { startMs, traceId } = await traces();
    await Promise.all([
      lines,
      LOKI_URL && linesOfTrace(LOKI_URL, traceId, startMs),
      metricsOf(world.prometheusUrl, startMs),
    ]);
  };
  const view = async () => {
    const response = await fetch(`${world.url}/api/requests/${id}`, {
      headers: { authorization: `Bearer ${world.token}` },
    });
    const body = (await response.json()) as { spanCount: number; complete: boolean };
    if (body.spanCount !== SPANS || !body.complete)
      throw new Error(`the view has ${body.spanCount} spans`);
  };
  await found(view);
  for (let warm = 0; warm < 5; warm += 1) {
    await direct();
    await view();
  }
  const [ours, theirs, tracesOnly]: number[][] = [[], [], []];
  for (let run = 0; run < RUNS; run += 1) {
    theirs!.push(await timed(direct));
    ours!.push(await timed(view));
    tracesOnly!.push(await timed(traces));
  }
  await end();
  const ratio = median(ours!) / median(theirs!);
  const where = process.env.TEMPO_URL ? 'Tempo, Loki, Prometheus' : 'embedded store';
  return [
    row(
      `paste to complete view, ${SPANS} spans, ${where}, median of ${RUNS}`,
      `${median(ours!).toFixed(1)} ms (p95 ${quantile(ours!, 0.95).toFixed(1)})`,
      `the same by direct calls, side by side: ${median(theirs!).toFixed(1)} ms ` +
        `(search and fetch alone ${median(tracesOnly!).toFixed(1)})`,
      `${ratio.toFixed(2)}`,
      '1.3',
    ),
  ];
}

/** Tempo's search is blind for the newest: asked again until the request is there. */
async function found(view: () => Promise<void>): Promise<void> {
  for (let tries = 0; tries < 90; tries += 1) {
    try {
      return await view();
    } catch {
      await new Promise((done) => setTimeout(done, 1_000));
    }
  }
  throw new Error('the request was not found');
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

function postgresChain(
  databaseUrl: string,
  id: string,
): { traces: Chain; end: () => Promise<void> } {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 8 });
  const traces = async () => {
    const from = String(BigInt(Date.now() - 7 * DAY_MS) * 1_000_000n);
    const hits = await pool.query<{ trace_id: Buffer; start_ns: string }>(
      `SELECT trace_id, min(start_ns)::text AS start_ns
       FROM telemetry.spans
       WHERE correlation_id = $1 AND start_ns >= $2
       GROUP BY trace_id`,
      [id, from],
    );
    const rows = await Promise.all(
      hits.rows.map((row) =>
        pool.query<{ detail: string }>(
          `SELECT spans.*, resources.attributes
           FROM telemetry.spans
           LEFT JOIN telemetry.resources ON resources.hash = resource_hash
           WHERE trace_id = $1
           ORDER BY start_ns`,
          [row.trace_id],
        ),
      ),
    );
    for (const trace of rows) for (const row of trace.rows) JSON.parse(row.detail);
    return {
      startMs: Number(BigInt(hits.rows[0]!.start_ns) / 1_000_000n),
      traceId: hits.rows[0]!.trace_id.toString('hex'),
    };
  };
  return { traces, end: () => pool.end() };
}

/** One search over as long as Tempo allows, then the traces it found. */
function tempoChain(url: string, id: string): { traces: Chain; end: () => Promise<void> } {
  const traces = async () => {
    const now = Math.floor(Date.now() / 1000);
    const query = new URLSearchParams({
      q: `{ span.correlation_id = "${id}" }`,
      limit: '500',
      start: String(now - 7 * 86_400 + 600),
      end: String(now),
    });
    const { traces: hits } = (await (await fetch(`${url}/api/search?${query}`)).json()) as {
      traces: { traceID: string; startTimeUnixNano: string }[];
    };
    await Promise.all(
      hits.map(async ({ traceID }) => (await fetch(`${url}/api/v2/traces/${traceID}`)).json()),
    );
    return {
      startMs: Number(BigInt(hits[0]!.startTimeUnixNano) / 1_000_000n),
      traceId: hits[0]!.traceID,
    };
  };
  return { traces, end: async () => {} };
}

async function askLoki(url: string, query: string, fromMs: number, toMs: number): Promise<void> {
  const form = new URLSearchParams({
    query,
    start: `${fromMs}000000`,
    end: `${toMs}000000`,
    limit: '5000',
    direction: 'forward',
  });
  await (
    await fetch(`${url}/loki/api/v1/query_range`, {
      method: 'POST',
      headers: { 'x-loki-response-encoding-flags': 'categorize-labels' },
      body: form,
    })
  ).json();
}

/** Lines carry the id as structured metadata or in their text: two queries, at once. */
const linesOf = (url: string, id: string) =>
  Promise.all(
    [`| correlation_id="${id}"`, `|= "${id}"`].map((filter) =>
      askLoki(url, `{service_name=~".+"} ${filter}`, Date.now() - 7 * DAY_MS, Date.now()),
    ),
  );
const linesOfTrace = (url: string, traceId: string, startMs: number) =>
  Promise.all(
    [`| trace_id="${traceId}"`, `|= "${traceId}"`].map((filter) =>
      askLoki(url, `{service_name=~".+"} ${filter}`, startMs - 60_000, startMs + 60_000),
    ),
  );

async function metricsOf(prometheusUrl: string, startMs: number): Promise<void> {
  const ask = async (path: string, form: Record<string, string>) =>
    (
      await fetch(`${prometheusUrl}/api/v1/${path}`, {
        method: 'POST',
        body: new URLSearchParams(form),
      })
    ).json();
  const at = startMs / 1000;
  const range = {
    start: String(at - 900),
    end: String(Math.min(Date.now() / 1000, at + 900)),
    step: '15',
  };
  const services = 'service=~"edge|checkout|inventory|payments|worker"';
  const pods = 'pod=~"edge-0|checkout-0|inventory-0|payments-0|worker-0"';
  const entry = 'span_kind=~"SPAN_KIND_SERVER|SPAN_KIND_CONSUMER"';
  const failed = 'status_code="STATUS_CODE_ERROR"';
  const buckets = 'traces_spanmetrics_latency_bucket';
  const operation = 'le, service, span_name, span_kind';
  const panels = [
    `sum by (service) (rate(traces_spanmetrics_calls_total{${services},${entry}}[60s]))`,
    [
      `sum by (service) (rate(traces_spanmetrics_calls_total{${services},${entry},${failed}}[60s]))`,
      `sum by (service) (rate(traces_spanmetrics_calls_total{${services},${entry}}[60s]))`,
    ].join(' / '),
    `histogram_quantile(0.95, sum by (le, service) (rate(${buckets}{${services},${entry}}[60s])))`,
    `sum by (pod) (rate(container_cpu_usage_seconds_total{${pods}}[60s]))`,
    `sum by (pod) (container_memory_working_set_bytes{${pods}})`,
    `sum by (pod) (kube_pod_container_status_restarts_total{${pods}})`,
  ];
  await Promise.all([
    ...panels.map((query) => ask('query_range', { query, ...range })),
    ask('query', {
      query: `histogram_quantile(0.5, sum by (${operation}) (rate(${buckets}{${services}}[3600s])))`,
      time: String(at),
    }),
    ask('query_exemplars', {
      query: `traces_spanmetrics_latency_bucket{${services}}`,
      start: String(at - 1),
      end: String(at + 62),
    }),
  ]);
}
