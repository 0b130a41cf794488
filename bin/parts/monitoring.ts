import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { alertmanager, prometheus } from './debian';
import { waitFor, type Processes } from './processes';

/**
 * What Prometheus scrapes: the path is /metrics if none is named; labels come on top of every
 * series.
 */
export interface Target {
  readonly address: string;
  readonly path?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Prometheus with its data below `folder`. `targets` are scraped, by job name. */
export async function startPrometheus(
  processes: Processes,
  folder: string,
  cache: string,
  port: number,
  targets: Record<string, Target>,
  alerting?: { readonly alertmanagers: readonly number[]; readonly rules: string },
): Promise<string> {
  const { path, env } = prometheus(cache);
  const config = join(folder, 'prometheus.yml');
  mkdirSync(folder, { recursive: true });
  const jobs = Object.entries(targets).map(
    ([job, { address, path: metricsPath, labels = {} }]) => ({
      job_name: job,
      metrics_path: metricsPath ?? '/metrics',
      static_configs: [{ targets: [address], labels }],
    }),
  );
  // JSON is YAML.
  writeFileSync(
    config,
    JSON.stringify(
      {
        global: { scrape_interval: '5s', evaluation_interval: '5s' },
        scrape_configs: jobs,
        ...(alerting
          ? {
              rule_files: [alerting.rules],
              alerting: {
                alertmanagers: [
                  {
                    static_configs: [
                      { targets: alerting.alertmanagers.map((each) => `127.0.0.1:${each}`) },
                    ],
                  },
                ],
              },
            }
          : {}),
      },
      null,
      2,
    ),
  );
  processes.start({
    name: 'prometheus',
    command: path,
    args: [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, 'prometheus')}`,
      '--storage.tsdb.retention.time=3d',
      `--web.listen-address=127.0.0.1:${port}`,
      '--enable-feature=exemplar-storage',
      '--rules.alert.resend-delay=5s',
      '--log.level=warn',
    ],
    env: { ...process.env, ...env },
  });
  const url = `http://127.0.0.1:${port}`;
  await waitFor('Prometheus', `${url}/-/ready`, processes.logOf('prometheus'));
  return url;
}

/** Where alerts are sent to, and with which token. */
export interface Webhook {
  readonly url: string;
  readonly token: string;
  readonly maxAlerts?: number;
}

/**
 * Alertmanager with the routes of the demo: quick, the alert that always fires every few seconds,
 * redirects never followed.
 */
export async function startAlertmanager(
  processes: Processes,
  folder: string,
  cache: string,
  port: number,
  webhook: Webhook,
  name = 'alertmanager',
): Promise<string> {
  const { path, env, cwd } = alertmanager(cache);
  const config = join(folder, `${name}.yml`);
  mkdirSync(folder, { recursive: true });
  const receiver = {
    name: 'portal',
    webhook_configs: [
      {
        url: webhook.url,
        send_resolved: true,
        max_alerts: webhook.maxAlerts ?? 0,
        http_config: {
          follow_redirects: false,
          authorization: { type: 'Bearer', credentials: webhook.token },
        },
      },
    ],
  };
  const watchdog = {
    receiver: 'portal',
    matchers: ['alertname="Watchdog"'],
    group_wait: '0s',
    group_interval: '10s',
    repeat_interval: '10s',
  };
  const text = JSON.stringify({
    global: { resolve_timeout: '1m' },
    route: {
      receiver: 'portal',
      group_by: ['alertname', 'service'],
      group_wait: '2s',
      group_interval: '5s',
      repeat_interval: '1m',
      routes: [watchdog],
    },
    inhibit_rules: parse(
      readFileSync(join(import.meta.dirname, '../../helm/stack/files/inhibit-rules.yaml'), 'utf8'),
    ) as unknown,
    receivers: [receiver],
  });
  writeFileSync(config, text, { mode: 0o600 });
  processes.start({
    name,
    command: path,
    args: [
      `--config.file=${config}`,
      `--storage.path=${join(folder, name)}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
      '--log.level=warn',
    ],
    cwd,
    env: { ...process.env, ...env },
  });
  const url = `http://127.0.0.1:${port}`;
  await waitFor('Alertmanager', `${url}/-/ready`, processes.logOf(name));
  return url;
}
