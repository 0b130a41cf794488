import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fault } from '@/demo/service/faults';
import { nodeOf } from '@/demo/service/nodes';
import { CLUSTER_SERVICE } from '@/lib/telemetry/cluster-events';
import type { Target } from './monitoring';
import { freePort, waitFor, type Environment, type Processes } from './processes';
import { standIn } from './stand-in';

/** The services of the demo, in the order they start, with the pods they claim to be. */
const SERVICES = {
  queue: 'queue-0',
  inventory: 'inventory-6f9c2-x2v',
  payments: 'payments-7c6d4-q9z',
  pricing: 'pricing-7d9f6-c8t',
  checkout: 'checkout-7b4c9-w8r',
  worker: 'worker-58d6b-m4t',
  runner: 'arc-x64-7k2pd-runner-4bq2c',
  edge: 'edge-5d8f7-k2p',
} as const;

export type ServiceName = keyof typeof SERVICES;

export interface World {
  readonly urls: Record<ServiceName, string>;
  readonly targets: Record<string, Target>;
  readonly stopExporter: () => void;
}

/** Ports first, so that Prometheus can be told before anything runs. */
export async function planWorld(): Promise<{ ports: Record<ServiceName | 'exporter', number> }> {
  const ports = {} as Record<ServiceName | 'exporter', number>;
  for (const name of [...Object.keys(SERVICES), 'exporter'] as (ServiceName | 'exporter')[])
    ports[name] = await freePort();
  return { ports };
}

/** The nodes the demo claims to have. */
const NODES = [...new Set(Object.keys(SERVICES).map(nodeOf))];

export function targetsOf(ports: Record<ServiceName | 'exporter', number>): Record<string, Target> {
  const scraped = Object.entries(ports).filter(([name]) => name !== 'queue');
  const services = Object.fromEntries(
    scraped.map(([name, port]) => [name, { address: `127.0.0.1:${port}` }]),
  );
  const nodes = Object.fromEntries(
    NODES.map((node) => [
      `node-${node}`,
      {
        address: `127.0.0.1:${ports.exporter}`,
        path: `/nodes/${node}`,
        labels: { instance: node },
      },
    ]),
  );
  // As the PodMonitor of the listeners labels them (helm/stack/templates/runners.yaml).
  return {
    ...services,
    ...nodes,
    runner: { ...services.runner!, labels: { actions_github_com_scale_set_name: SCALE_SET } },
  };
}
const SCALE_SET = 'arc-x64';

/** Starts the services and the stand-in exporter; the load is separate. */
export async function startWorld(
  processes: Processes,
  root: string,
  ports: Record<ServiceName | 'exporter', number>,
  exporters: Environment,
  faultsFile: string,
): Promise<World> {
  const names = Object.keys(SERVICES) as ServiceName[];
  const urls = Object.fromEntries(
    names.map((name) => [name, `http://127.0.0.1:${ports[name]}`]),
  ) as Record<ServiceName, string>;
  const env = environment(urls, exporters, faultsFile);
  const pids = new Map<string, number>();
  for (const name of names) {
    pids.set(
      name,
      processes.start({
        name,
        command: process.execPath,
        args: ['--import', 'tsx', join(root, 'demo/services', `${name}.ts`)],
        cwd: root,
        env: { ...env, PORT: String(ports[name]) },
      }),
    );
  }
  await Promise.all(
    names.map((name) => waitFor(name, `${urls[name]}/healthz`, processes.logOf(name))),
  );
  const pods = names.map((name) => ({
    pid: pids.get(name)!,
    namespace: name === 'runner' ? 'ci' : 'shop',
    pod: SERVICES[name],
    container: name,
    node: nodeOf(name),
  }));
  const exporter = standIn(pods, urls.edge).listen(ports.exporter, '127.0.0.1');
  const events = tellRollouts(String(exporters.OTEL_EXPORTER_OTLP_LOGS_ENDPOINT), faultsFile);
  return {
    urls,
    targets: targetsOf(ports),
    stopExporter: () => {
      clearInterval(events);
      exporter.close();
    },
  };
}

/** Which service a fault is rolled out with; a clock goes wrong by itself. */
const ROLLED_OUT: Readonly<Partial<Record<Fault, ServiceName>>> = {
  'slow-dependency': 'payments',
  'error-burst': 'inventory',
  'price-error': 'pricing',
  'retry-storm': 'checkout',
  'missing-consumer': 'worker',
};

/**
 * Stands in for the events of a cluster: a fault that is switched on comes with a rollout, as the
 * collector of helm/stack would tell it.
 */
function tellRollouts(logsEndpoint: string, faultsFile: string): NodeJS.Timeout {
  const known = new Set<string>();
  return setInterval(() => {
    let faults: Partial<Record<Fault, boolean>> = {};
    try {
      faults = JSON.parse(readFileSync(faultsFile, 'utf8')) as typeof faults;
    } catch {
      // Just being written.
    }
    for (const [fault, service] of Object.entries(ROLLED_OUT) as [Fault, ServiceName][]) {
      if (!faults[fault]) known.delete(fault);
      else if (!known.has(fault)) {
        known.add(fault);
        const attribute = (key: string, value: string) => ({ key, value: { stringValue: value } });
        const record = {
          timeUnixNano: `${Date.now()}000000`,
          severityNumber: 9,
          severityText: 'Normal',
          body: {
            stringValue: `Scaled up replica set ${SERVICES[service].replace(/-[^-]+$/, '')} from 0 to 1`,
          },
          attributes: [
            attribute('k8s.event.reason', 'ScalingReplicaSet'),
            attribute('k8s.object.kind', 'Deployment'),
            attribute('k8s.object.name', service),
          ],
        };
        const body = JSON.stringify({
          resourceLogs: [
            {
              resource: {
                attributes: [
                  attribute('service.name', CLUSTER_SERVICE),
                  attribute('k8s.namespace.name', 'shop'),
                ],
              },
              scopeLogs: [{ logRecords: [record] }],
            },
          ],
        });
        // Told again at the next look.
        fetch(logsEndpoint, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body,
          signal: AbortSignal.timeout(5_000),
        }).then(
          ({ ok }) => ok || known.delete(fault),
          () => known.delete(fault),
        );
      }
    }
  }, 1_000).unref();
}

const environment = (
  urls: Record<ServiceName, string>,
  exporters: Environment,
  faultsFile: string,
): Environment => ({
  PATH: process.env.PATH,
  NODE_ENV: 'production',
  ...exporters,
  DEMO_FAULTS: faultsFile,
  ...Object.fromEntries(
    Object.entries(urls).map(([name, url]) => [`${name.toUpperCase()}_URL`, url]),
  ),
});

export function startLoad(
  processes: Processes,
  root: string,
  urls: Record<ServiceName, string>,
  perSecond: number,
): void {
  processes.start({
    name: 'load',
    command: process.execPath,
    args: ['--import', 'tsx', join(root, 'demo/services/load.ts')],
    cwd: root,
    env: { PATH: process.env.PATH, EDGE_URL: urls.edge, DEMO_RATE: String(perSecond) },
  });
}
