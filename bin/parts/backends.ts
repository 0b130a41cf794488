import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Target } from './monitoring';
import type { Environment } from './processes';

type Targets = Record<string, Target>;

/**
 * Servers of your own that the demo uses instead of what it would start: `TEMPO_URL`, `LOKI_URL`,
 * `PROMETHEUS_URL`.
 */
export interface OwnBackends {
  readonly prometheusUrl: string | undefined;
  /** For the portal: which source serves which signal. */
  portal(): Environment;
  /**
   * For whoever sends telemetry: where traces and logs go; `portalUrl` takes what no server of your
   * own does.
   */
  exporters(portalUrl: string): Environment;
}

export function ownBackends(environment: Environment): OwnBackends {
  const { TEMPO_URL, LOKI_URL, PROMETHEUS_URL } = environment;
  return {
    prometheusUrl: PROMETHEUS_URL,
    portal: () => ({
      ...(TEMPO_URL ? { TRACES_SOURCE: 'tempo', TEMPO_URL } : {}),
      ...(LOKI_URL ? { LOGS_SOURCE: 'loki', LOKI_URL } : {}),
    }),
    exporters: (portalUrl) => ({
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: TEMPO_URL
        ? `${environment.TEMPO_OTLP_URL ?? withPort(TEMPO_URL, '4318')}/v1/traces`
        : `${portalUrl}/v1/traces`,
      // Loki takes OTLP itself, below its own address.
      OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: LOKI_URL
        ? `${LOKI_URL}/otlp/v1/logs`
        : `${portalUrl}/v1/logs`,
    }),
  };
}

/**
 * The same host at another port: where a Tempo listens for OTLP/HTTP unless it is told otherwise.
 */
function withPort(url: string, port: string): string {
  const changed = new URL(url);
  changed.port = port;
  return changed.origin;
}

/** What a Prometheus of your own has to scrape: a file for its `file_sd_configs`. */
export function writeTargets(folder: string, targets: Targets): string {
  const file = join(folder, 'prometheus-targets.json');
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    file,
    JSON.stringify(
      Object.entries(targets).map(([job, { address, path, labels }]) => ({
        targets: [address],
        labels: { job, __metrics_path__: path ?? '/metrics', ...labels },
      })),
      null,
      2,
    ),
  );
  return file;
}
