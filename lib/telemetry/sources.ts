import { config } from '@/lib/config/load';
import { embeddedLogs, embeddedTraces } from './embedded/source';
import { lokiSource } from './loki/source';
import type { LogSource, MetricSource, TraceSource } from './model';
import { prometheusSource } from './prometheus/source';
import { tempoSource } from './tempo/source';

export interface Sources {
  readonly traces: TraceSource;
  readonly logs: LogSource;
  readonly metrics: MetricSource | undefined;
}

/** Which source serves which signal: configuration, and nothing else. */
export function sources(): Sources {
  const { TRACES_SOURCE, LOGS_SOURCE, METRICS_SOURCE, TEMPO_URL, LOKI_URL, PROMETHEUS_URL } = config();
  return {
    traces: TRACES_SOURCE === 'tempo' ? tempoSource(TEMPO_URL!) : embeddedTraces,
    logs: LOGS_SOURCE === 'loki' ? lokiSource(LOKI_URL!) : embeddedLogs,
    metrics: METRICS_SOURCE === 'prometheus' ? prometheusSource(PROMETHEUS_URL!) : undefined,
  };
}
