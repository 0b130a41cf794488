import { config } from '@/lib/config/load';
import type { BackendPrefix, Config } from '@/lib/config/schema';
import type { Backend } from '@/lib/http/backend';
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

/** How the configuration says a backend is to be reached. */
function backend(settings: Config, prefix: BackendPrefix): Backend {
  const [user, password] = [settings[`${prefix}_BASIC_USER`], settings[`${prefix}_BASIC_PASSWORD`]];
  return {
    base: settings[`${prefix}_URL`]!,
    headers: settings[`${prefix}_HEADERS`],
    bearer: settings[`${prefix}_BEARER_TOKEN`],
    bearerFile: settings[`${prefix}_BEARER_TOKEN_FILE`],
    basic: user && password ? { user, password } : undefined,
    tls: {
      ca: settings[`${prefix}_TLS_CA_FILE`],
      cert: settings[`${prefix}_TLS_CERT_FILE`],
      key: settings[`${prefix}_TLS_KEY_FILE`],
    },
    concurrency: settings[`${prefix}_CONCURRENCY`],
  };
}

const built = new WeakMap<Config, Sources>();

/**
 * Which source serves which signal: configuration, and nothing else. Built once: a source learns
 * what its server can do.
 */
export function sources(): Sources {
  const settings = config();
  const known = built.get(settings) ?? build(settings);
  built.set(settings, known);
  return known;
}

function build(settings: Config): Sources {
  const { TRACES_SOURCE, LOGS_SOURCE, METRICS_SOURCE, LOOKUP_ATTRIBUTES, LOKI_STREAM_LABEL } =
    settings;
  return {
    traces:
      TRACES_SOURCE === 'tempo'
        ? tempoSource(backend(settings, 'TEMPO'), LOOKUP_ATTRIBUTES)
        : embeddedTraces,
    logs:
      LOGS_SOURCE === 'loki'
        ? lokiSource(backend(settings, 'LOKI'), {
            streamLabel: LOKI_STREAM_LABEL,
            lookupAttributes: LOOKUP_ATTRIBUTES,
          })
        : embeddedLogs,
    metrics:
      METRICS_SOURCE === 'prometheus'
        ? prometheusSource(backend(settings, 'PROMETHEUS'))
        : undefined,
  };
}
