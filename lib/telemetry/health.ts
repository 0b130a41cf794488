import { OutboundError } from '@/lib/http/outbound-error';
import { config } from '@/lib/config/load';
import type { SourceHealth } from './contract';
import { recentRejections } from './embedded/rejections';
import type { CallOptions } from './model';
import { rejectionSummary } from './rejection';
import { sources } from './sources';

const VARIABLES = {
  Tempo: 'TEMPO_URL',
  Loki: 'LOKI_URL',
  Prometheus: 'PROMETHEUS_URL',
  'Embedded store': 'DATABASE_URL',
} as const;

/** Asks every configured source for its version. Never throws. */
export async function sourceHealth(signal?: AbortSignal): Promise<SourceHealth[]> {
  const { traces, logs, metrics } = sources();
  const deadline = AbortSignal.timeout(2_000);
  const options = { signal: signal ? AbortSignal.any([signal, deadline]) : deadline };
  return Promise.all(
    (['traces', 'logs', 'metrics'] as const).map(async (name): Promise<SourceHealth> => {
      const source = { traces, logs, metrics }[name];
      if (!source)
        return {
          signal: name,
          source: 'none',
          state: 'off',
          version: null,
          tookMs: null,
          reason: null,
          advice:
            'Set METRICS_SOURCE=prometheus and PROMETHEUS_URL to see metrics beside requests.',
          rejected: [],
        };
      const base = { signal: name, source: source.name };
      const began = performance.now();
      try {
        const [version, rejected] = await Promise.all([
          source.ping(options),
          rejectedBy(name, options),
        ]);
        return {
          ...base,
          state: 'ok',
          version,
          tookMs: Math.round(performance.now() - began),
          reason: null,
          advice: null,
          rejected,
        };
      } catch (error) {
        if (!(error instanceof OutboundError)) throw error;
        return {
          ...base,
          state: 'failed',
          version: null,
          tookMs: Math.round(performance.now() - began),
          reason: error.message,
          advice: adviceFor(source.name as keyof typeof VARIABLES, error),
          rejected: [],
        };
      }
    }),
  );
}

/** What the embedded store was sent and did not keep; other stores tell their senders themselves. */
async function rejectedBy(
  signal: SourceHealth['signal'],
  options: CallOptions,
): Promise<SourceHealth['rejected']> {
  const { TRACES_SOURCE, LOGS_SOURCE } = config();
  const isEmbedded =
    { traces: TRACES_SOURCE, logs: LOGS_SOURCE, metrics: '' }[signal] === 'embedded';
  if (signal === 'metrics' || !isEmbedded) return [];
  const rejections = await recentRejections(signal, options);
  return rejections.map(({ reason, items }) => ({
    reason,
    items,
    sentence: rejectionSummary(signal, reason, items),
  }));
}

function adviceFor(source: keyof typeof VARIABLES, error: OutboundError): string {
  const variable = VARIABLES[source];
  const where = source === 'Embedded store' ? 'the database' : config()[variable as 'TEMPO_URL'];
  if (error.reason === 'unauthorized') return `Check the credentials for ${where}.`;
  if (error.reason === 'timeout')
    return `${where} is reachable but slow, or a firewall drops the connection.`;
  if (error.reason === 'protocol') return `${variable} may point to something else than ${source}.`;
  return `Check that ${where} is up and that ${variable} is right.`;
}
