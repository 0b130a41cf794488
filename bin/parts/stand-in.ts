import { readFileSync, statfsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { cpus } from 'node:os';

/** A process that stands for a pod. */
export interface StandInPod {
  readonly pid: number;
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly node: string;
}

/** CPUs and bytes that the pods of the demo claim as their limits. */
const LIMIT_CORES = 1;
const LIMIT_BYTES = 512 * 1024 ** 2;
const TICKS_PER_SECOND = 100;
const PAGE = 4096;
const PHASES = ['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown'];
const startedSeconds = Math.floor(Date.now() / 1000);

/**
 * A stand-in for a cluster, and declared as one: real /proc figures of the demo's processes under
 * the names of cAdvisor and kube-state-metrics at `/metrics`, of each claimed node under those of
 * node-exporter at `/nodes/<name>`, and what the edge answered under the name of an ingress
 * controller, so that the panels and rules of a real cluster show something here.
 */
export function standIn(pods: readonly StandInPod[], edgeUrl: string): Server {
  return createServer((request, response) => {
    const [, node] = /^\/nodes\/([\w-]+)$/.exec(request.url ?? '') ?? [];
    const text = node
      ? Promise.resolve(
          ofNode(
            node,
            pods.filter((pod) => pod.node === node),
          ),
        )
      : Promise.all([ofPods(pods), ofEdge(edgeUrl)]).then((parts) => parts.join(''));
    void text.then((body) =>
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(body),
    );
  });
}

type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

function family(name: string, type: 'counter' | 'gauge', samples: readonly Sample[]): string {
  const lines = samples.map(
    ([labels, value]) =>
      `${name}{${Object.entries(labels)
        .map(([label, text]) => `${label}="${text}"`)
        .join(',')}} ${value}`,
  );
  return [
    `# HELP ${name} Of a stand-in for a cluster: this exporter is part of the demo.`,
    `# TYPE ${name} ${type}`,
    ...lines,
    '',
  ].join('\n');
}

function ofPods(pods: readonly StandInPod[]): string {
  const found = pods.map((each) => ({ ...each, figures: figuresOf(each.pid) }));
  const containers = found.map(({ namespace, pod, container, node, figures }) => ({
    labels: { namespace, pod, container, node },
    figures,
  }));
  const of = (value: (figures: Figures | undefined) => number | undefined): Sample[] =>
    containers.flatMap(({ labels, figures }) => {
      const number = value(figures);
      return number === undefined ? [] : [[labels, number] as const];
    });
  const nodes = [...new Set(pods.map(({ node }) => node))];
  return [
    family('throughline_stand_in', 'gauge', [[{}, 1]]),
    family(
      'container_cpu_usage_seconds_total',
      'counter',
      of((figures) => figures?.cpu),
    ),
    family(
      'container_memory_working_set_bytes',
      'gauge',
      of((figures) => figures?.memory),
    ),
    family(
      'kube_pod_container_status_restarts_total',
      'counter',
      of(() => 0),
    ),
    family(
      'kube_pod_status_ready',
      'gauge',
      of((figures) => (figures ? 1 : 0)),
    ),
    family(
      'kube_pod_info',
      'gauge',
      found.map(({ namespace, pod, node }) => [{ namespace, pod, node }, 1]),
    ),
    family(
      'kube_pod_created',
      'gauge',
      found.map(({ namespace, pod }) => [{ namespace, pod }, startedSeconds]),
    ),
    family(
      'kube_pod_status_phase',
      'gauge',
      found.flatMap(({ namespace, pod, figures }) =>
        PHASES.map((phase): Sample => [
          { namespace, pod, phase },
          Number(phase === (figures ? 'Running' : 'Failed')),
        ]),
      ),
    ),
    family(
      'kube_pod_container_resource_limits',
      'gauge',
      containers.flatMap(
        ({ labels }) =>
          [
            [{ ...labels, resource: 'cpu', unit: 'core' }, LIMIT_CORES],
            [{ ...labels, resource: 'memory', unit: 'byte' }, LIMIT_BYTES],
          ] as Sample[],
      ),
    ),
    family(
      'kube_node_status_condition',
      'gauge',
      nodes.flatMap((node) =>
        ['true', 'false', 'unknown'].map((status): Sample => [
          { node, condition: 'Ready', status },
          Number(status === 'true'),
        ]),
      ),
    ),
  ].join('');
}

/** A node has the processors and the disk of this machine, and is busy with its own pods only. */
function ofNode(node: string, pods: readonly StandInPod[]): string {
  const figures = pods.flatMap(({ pid }) => figuresOf(pid) ?? []);
  const uptime = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
  const cores = cpus().length;
  const busy = figures.reduce((sum, { cpu }) => sum + cpu, 0);
  const total =
    1024 * Number(/^MemTotal:\s+(\d+)/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1] ?? 0);
  const disk = statfsSync('/');
  const place = { device: '/dev/stand-in', fstype: 'ext4', mountpoint: '/' };
  return [
    family('node_uname_info', 'gauge', [[{ nodename: node, sysname: 'Linux' }, 1]]),
    family(
      'node_cpu_seconds_total',
      'counter',
      Array.from({ length: cores }, (_, cpu): Sample[] => [
        [{ cpu: String(cpu), mode: 'idle' }, uptime - busy / cores],
        [{ cpu: String(cpu), mode: 'user' }, busy / cores],
      ]).flat(),
    ),
    family('node_memory_MemTotal_bytes', 'gauge', [[{}, total]]),
    family('node_memory_MemAvailable_bytes', 'gauge', [
      [{}, total - figures.reduce((sum, { memory }) => sum + memory, 0)],
    ]),
    family('node_filesystem_size_bytes', 'gauge', [[place, disk.blocks * disk.bsize]]),
    family('node_filesystem_avail_bytes', 'gauge', [[place, disk.bavail * disk.bsize]]),
    family('node_filesystem_readonly', 'gauge', [[place, 0]]),
  ].join('');
}

/** What the edge answered, by status; nothing while it does not say. */
async function ofEdge(edgeUrl: string): Promise<string> {
  try {
    const text = await (
      await fetch(`${edgeUrl}/metrics`, { signal: AbortSignal.timeout(2_000) })
    ).text();
    const counted = [
      ...text.matchAll(/^http_server_request_duration_seconds_count\{([^}]*)\} (\S+)/gm),
    ].map(([, labels = '', value]): Sample => [
      {
        ingress: 'shop',
        namespace: 'shop',
        path: /route="([^"]*)"/.exec(labels)?.[1] ?? '',
        status: /status="([^"]*)"/.exec(labels)?.[1] ?? '',
      },
      Number(value),
    ]);
    return family('nginx_ingress_controller_requests', 'counter', counted);
  } catch {
    return '';
  }
}

interface Figures {
  /** Seconds of processor time, and bytes in memory. */
  readonly cpu: number;
  readonly memory: number;
}

function figuresOf(pid: number): Figures | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
      .map(Number);
    return { cpu: (fields[11]! + fields[12]!) / TICKS_PER_SECOND, memory: fields[21]! * PAGE };
  } catch {
    return undefined;
  }
}
