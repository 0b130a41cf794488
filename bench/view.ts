import pg from 'pg';
import { median, quantile, type World } from './world';
import { sendRequest } from './spans';

const RUNS = 20;
const SPANS = 100;

/** Paste to complete view, against the direct calls that any program must make: search, fetch, then metrics of what was touched. */
export async function measureView({ url, token, databaseUrl, prometheusUrl }: World): Promise<string[]> {
  const id = await sendRequest(url, SPANS);
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 8 });
  const ask = async (path: string, form: Record<string, string>) => (await fetch(`${prometheusUrl}/api/v1/${path}`, { method: 'POST', body: new URLSearchParams(form) })).json();

  const tracesChain = async (): Promise<bigint> => {
    const from = String(BigInt(Date.now() - 7 * 86_400_000) * 1_000_000n);
    const found = await pool.query<{ trace_id: Buffer; start_ns: string }>('SELECT trace_id, min(start_ns)::text AS start_ns FROM telemetry.spans WHERE correlation_id = $1 AND start_ns >= $2 GROUP BY trace_id', [id, from]);
    const traces = await Promise.all(found.rows.map((row) => pool.query<{ detail: string }>('SELECT s.*, r.attributes FROM telemetry.spans s LEFT JOIN telemetry.resources r ON r.hash = resource_hash WHERE trace_id = $1 ORDER BY start_ns', [row.trace_id])));
    for (const trace of traces) for (const row of trace.rows) JSON.parse(row.detail);
    return BigInt(found.rows[0]!.start_ns);
  };
  const metricsOf = async (startNs: bigint) => {
    const at = Number(startNs / 1_000_000n) / 1000;
    const range = { start: String(at - 900), end: String(Math.min(Date.now() / 1000, at + 900)), step: '15' };
    const services = 'service=~"edge|checkout|inventory|payments|worker"';
    const pods = 'pod=~"edge-0|checkout-0|inventory-0|payments-0|worker-0"';
    const entry = 'span_kind=~"SPAN_KIND_SERVER|SPAN_KIND_CONSUMER"';
    const panels = [
      `sum by (service) (rate(traces_spanmetrics_calls_total{${services},${entry}}[60s]))`,
      `sum by (service) (rate(traces_spanmetrics_calls_total{${services},${entry},status_code="STATUS_CODE_ERROR"}[60s])) / sum by (service) (rate(traces_spanmetrics_calls_total{${services},${entry}}[60s]))`,
      `histogram_quantile(0.95, sum by (le, service) (rate(traces_spanmetrics_latency_bucket{${services},${entry}}[60s])))`,
      `sum by (pod) (rate(container_cpu_usage_seconds_total{${pods}}[60s]))`,
      `sum by (pod) (container_memory_working_set_bytes{${pods}})`,
      `sum by (pod) (kube_pod_container_status_restarts_total{${pods}})`,
    ];
    await Promise.all([
      ...panels.map((query) => ask('query_range', { query, ...range })),
      ask('query', { query: `histogram_quantile(0.5, sum by (le, service, span_name, span_kind) (rate(traces_spanmetrics_latency_bucket{${services}}[3600s])))`, time: String(at) }),
      ask('query', { query: 'sum by (client) (increase(traces_service_graph_request_total{client=~"edge|checkout|inventory|payments|worker",connection_type="messaging_system"}[3600s]))', time: String(at) }),
      ask('query_exemplars', { query: `traces_spanmetrics_latency_bucket{${services}}`, start: String(at - 1), end: String(at + 2) }),
    ]);
  };
  const direct = async () => metricsOf(await tracesChain());
  const view = async () => {
    const response = await fetch(`${url}/api/requests/${id}`, { headers: { authorization: `Bearer ${token}` } });
    const body = (await response.json()) as { spanCount: number; complete: boolean };
    if (body.spanCount !== SPANS || !body.complete) throw new Error(`the view has ${body.spanCount} spans`);
  };
  const timed = async (work: () => Promise<unknown>) => {
    const began = performance.now();
    await work();
    return performance.now() - began;
  };
  for (let warm = 0; warm < 5; warm += 1) {
    await direct();
    await view();
  }
  const [ours, theirs, tracesOnly]: number[][] = [[], [], []];
  for (let run = 0; run < RUNS; run += 1) {
    theirs!.push(await timed(direct));
    ours!.push(await timed(view));
    tracesOnly!.push(await timed(tracesChain));
  }
  await pool.end();
  const ratio = median(ours!) / median(theirs!);
  return [
    `| paste to complete view, ${SPANS} spans, median of ${RUNS} | ${median(ours!).toFixed(1)} ms (p95 ${quantile(ours!, 0.95).toFixed(1)}) | direct search, fetch, metrics: ${median(theirs!).toFixed(1)} ms (search and fetch alone ${median(tracesOnly!).toFixed(1)}) | ${ratio.toFixed(2)} | 1.3 |`,
  ];
}
