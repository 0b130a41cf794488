import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { alertmanager, prometheus } from './debian';
import { waitFor, type Processes } from './processes';

/** Prometheus and Alertmanager with their data below `folder`. `targets` are scraped, by job name. */
export async function startPrometheus(processes: Processes, folder: string, cache: string, port: number, targets: Record<string, { address: string; path?: string }>, alertmanagerPort?: number): Promise<string> {
  const { path, env } = prometheus(cache);
  const config = join(folder, 'prometheus.yml');
  mkdirSync(folder, { recursive: true });
  const jobs = Object.entries(targets).map(([job, { address, path: metricsPath }]) => ({ job_name: job, metrics_path: metricsPath ?? '/metrics', static_configs: [{ targets: [address] }] }));
  // JSON is YAML.
  writeFileSync(config, JSON.stringify({ global: { scrape_interval: '5s', evaluation_interval: '5s' }, scrape_configs: jobs, ...(alertmanagerPort ? { alerting: { alertmanagers: [{ static_configs: [{ targets: [`127.0.0.1:${alertmanagerPort}`] }] }] } } : {}) }, null, 2));
  processes.start({
    name: 'prometheus',
    command: path,
    args: [`--config.file=${config}`, `--storage.tsdb.path=${join(folder, 'prometheus')}`, '--storage.tsdb.retention.time=3d', `--web.listen-address=127.0.0.1:${port}`, '--enable-feature=exemplar-storage', '--rules.alert.resend-delay=5s', '--log.level=warn'],
    env: { ...process.env, ...env },
  });
  const url = `http://127.0.0.1:${port}`;
  await waitFor('Prometheus', `${url}/-/ready`, processes.logOf('prometheus'));
  return url;
}

export async function startAlertmanager(processes: Processes, folder: string, cache: string, port: number): Promise<string> {
  const { path, env, cwd } = alertmanager(cache);
  const config = join(folder, 'alertmanager.yml');
  mkdirSync(folder, { recursive: true });
  writeFileSync(config, JSON.stringify({ route: { receiver: 'none' }, receivers: [{ name: 'none' }] }));
  processes.start({
    name: 'alertmanager',
    command: path,
    args: [`--config.file=${config}`, `--storage.path=${join(folder, 'alertmanager')}`, `--web.listen-address=127.0.0.1:${port}`, '--cluster.listen-address=', '--log.level=warn'],
    cwd,
    env: { ...process.env, ...env },
  });
  const url = `http://127.0.0.1:${port}`;
  await waitFor('Alertmanager', `${url}/-/ready`, processes.logOf('alertmanager'));
  return url;
}
