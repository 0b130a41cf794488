import { promql, selector, type Matcher } from '@/lib/telemetry/prometheus/promql';
import { counter, gauge } from './example-series';
import type { Behind, Chosen, Dashboard } from './panel';

const inNamespace = ({ namespace }: Chosen): Matcher => ['namespace', '=~', namespace];
const CONTAINERS: Matcher[] = [
  ['container', '!=', ''],
  ['container', '!=', 'POD'],
];
const DISKS: Matcher = ['fstype', '!~', 'tmpfs|overlay|squashfs|ramfs'];
const onNode = ({ node }: Chosen): Matcher => ['instance', '=~', node];

/** As the rule has it. */
const RESTART_SECONDS = 900;

const STATE = 'kube-state-metrics';
const KUBELET = 'cAdvisor, in the kubelet';
const NODES = 'node-exporter';
const everything = (): Behind => ({ state: 'all', touching: {} });
const ofPod = ({ pod, namespace }: Readonly<Record<string, string>>): Behind => ({
  state: 'all',
  touching: { pod, namespace },
});
const ofNode = ({ instance }: Readonly<Record<string, string>>): Behind => ({
  state: 'all',
  touching: { node: instance },
});
const POD = { namespace: 'shop', pod: 'checkout-7b4c9-w8r', container: 'checkout' };
const NODE = { instance: 'pool-a-3' };
const DISK = { ...NODE, mountpoint: '/', fstype: 'ext4', device: '/dev/sda1' };

export const cluster: Dashboard = {
  id: 'cluster',
  title: 'Cluster',
  question: 'Or what both run on?',
  parameters: ['namespace', 'node'],
  headline: [
    { panel: 'nodes', only: { state: 'ready' }, words: ['node ready', 'nodes ready'] },
    { panel: 'pods', only: { phase: 'Running' }, words: ['pod running', 'pods running'] },
  ],
  panels: [
    {
      id: 'nodes',
      title: 'Nodes',
      question: 'How many are ready?',
      unit: 'count',
      by: ['state'],
      query: () =>
        promql`sum by (state) (label_replace(label_replace(label_replace(${selector('kube_node_status_condition', [['condition', '=', 'Ready']])}, "state", "unknown", "status", "unknown"), "state", "not ready", "status", "false"), "state", "ready", "status", "true"))`,
      needs: STATE,
      behind: everything,
      example: (value) => [
        gauge(
          'kube_node_status_condition',
          { node: 'pool-a-3', condition: 'Ready', status: 'false', state: 'not ready' },
          value,
        ),
      ],
    },
    {
      id: 'pods',
      title: 'Pods',
      question: 'How many run, wait, fail?',
      unit: 'count',
      by: ['phase'],
      query: (chosen) =>
        promql`sum by (phase) (${selector('kube_pod_status_phase', [inNamespace(chosen)])})`,
      needs: STATE,
      behind: everything,
      example: (value) => [gauge('kube_pod_status_phase', { ...POD, phase: 'Pending' }, value)],
    },
    {
      id: 'ingress',
      title: 'Requests at the edge',
      question: 'What comes in from outside, and how is it answered?',
      unit: 'per-second',
      by: ['code'],
      // Whichever of the usual ingress controllers is there.
      query: (_, range) =>
        promql`sum by (code) (label_replace(rate(${selector('nginx_ingress_controller_requests', [], range)}), "code", "\${1}xx", "status", "(.).*") or label_replace(rate(${selector('envoy_http_downstream_rq_xx', [], range)}), "code", "\${1}xx", "envoy_response_code_class", "(.+)") or label_replace(rate(${selector('traefik_entrypoint_requests_total', [], range)}), "code", "\${1}xx", "code", "(.).*"))`,
      needs: 'an ingress controller: ingress-nginx, Envoy or Traefik',
      behind: ({ code }) => ({ state: code === '5xx' ? 'failed' : 'all', touching: {} }),
      example: (value) => [
        counter(
          'nginx_ingress_controller_requests',
          { ingress: 'shop', status: '503', code: '5xx' },
          value,
        ),
      ],
    },
    {
      id: 'restarts',
      title: 'Restarts in 15 minutes',
      question: 'What does not stay up?',
      unit: 'count',
      by: ['namespace', 'pod', 'container'],
      // Where instants lie further apart than that: the most between them.
      query: (chosen, range) => {
        const restarts = promql`increase(${selector('kube_pod_container_status_restarts_total', [inNamespace(chosen)], RESTART_SECONDS)})`;
        return range > RESTART_SECONDS
          ? promql`max by (namespace, pod, container) (max_over_time(${restarts}[${Math.round(range)}s:5m]))`
          : promql`max by (namespace, pod, container) (${restarts})`;
      },
      threshold: { value: 3, alert: 'ContainerRestarts', severity: 'warning' },
      whenRed: 'kubectl describe pod: the reason of the last end.',
      needs: STATE,
      behind: ofPod,
      example: (value) => [counter('kube_pod_container_status_restarts_total', POD, value / 900)],
    },
    {
      id: 'out-of-memory',
      title: 'Containers last ended for want of memory',
      question: 'Who was killed?',
      unit: 'count',
      by: ['namespace', 'pod', 'container'],
      // Containers that ended otherwise, or never, are zero: kube-state-metrics has no series of them.
      query: (chosen) =>
        promql`max by (namespace, pod, container) (${selector('kube_pod_container_status_last_terminated_reason', [inNamespace(chosen), ['reason', '=', 'OOMKilled']])}) or 0 * max by (namespace, pod, container) (${selector('kube_pod_container_status_restarts_total', [inNamespace(chosen)])})`,
      whenRed: 'Raise the limit to gain time, then look for the leak.',
      needs: STATE,
      behind: ofPod,
      example: (value) => [
        gauge(
          'kube_pod_container_status_last_terminated_reason',
          { ...POD, reason: 'OOMKilled' },
          value,
        ),
      ],
    },
    {
      id: 'neighbours',
      title: 'CPU by pod, the ten that use most',
      question: 'Who is the noisy neighbour? In cores.',
      unit: 'cores',
      by: ['namespace', 'pod'],
      query: (chosen, range) =>
        promql`topk(10, sum by (namespace, pod) (rate(${selector('container_cpu_usage_seconds_total', [inNamespace(chosen), ...CONTAINERS], range)})))`,
      needs: KUBELET,
      behind: ofPod,
      example: (value) => [counter('container_cpu_usage_seconds_total', POD, value)],
    },
    {
      id: 'container-cpu',
      title: 'CPU of containers, of their limit',
      question: 'Who is throttled?',
      unit: 'ratio',
      by: ['namespace', 'pod', 'container'],
      query: (chosen, range) =>
        promql`sum by (namespace, pod, container) (rate(${selector('container_cpu_usage_seconds_total', [inNamespace(chosen), ...CONTAINERS], range)})) / on (namespace, pod, container) max by (namespace, pod, container) (${selector('kube_pod_container_resource_limits', [['resource', '=', 'cpu']])})`,
      threshold: { value: 0.8, alert: 'ContainerCpuNearLimit', severity: 'warning' },
      whenRed: 'More replicas, or a higher limit.',
      needs: `${KUBELET}, and ${STATE}`,
      behind: ofPod,
      example: (value) => [
        counter('container_cpu_usage_seconds_total', POD, value),
        gauge('kube_pod_container_resource_limits', { ...POD, resource: 'cpu' }, 1),
      ],
    },
    {
      id: 'container-memory',
      title: 'Memory of containers, of their limit',
      question: 'Who is killed next?',
      unit: 'ratio',
      by: ['namespace', 'pod', 'container'],
      query: (chosen) =>
        promql`max by (namespace, pod, container) (${selector('container_memory_working_set_bytes', [inNamespace(chosen), ...CONTAINERS])}) / on (namespace, pod, container) max by (namespace, pod, container) (${selector('kube_pod_container_resource_limits', [['resource', '=', 'memory']])})`,
      threshold: { value: 0.9, alert: 'ContainerMemoryNearLimit', severity: 'warning' },
      whenRed: 'Raise the limit to gain time, then look for the leak.',
      needs: `${KUBELET}, and ${STATE}`,
      behind: ofPod,
      example: (value) => [
        gauge('container_memory_working_set_bytes', POD, value * 1024),
        gauge('kube_pod_container_resource_limits', { ...POD, resource: 'memory' }, 1024),
      ],
    },
    {
      id: 'node-cpu',
      title: 'CPU of nodes',
      question: 'Which node is busy?',
      unit: 'ratio',
      by: ['instance'],
      query: (chosen, range) =>
        promql`1 - avg by (instance) (rate(${selector('node_cpu_seconds_total', [onNode(chosen), ['mode', '=', 'idle']], range)}))`,
      threshold: { value: 0.8, alert: 'NodeCpuHigh', severity: 'warning' },
      whenRed: 'Find the pod without a request.',
      needs: NODES,
      behind: ofNode,
      example: (value) => [
        counter('node_cpu_seconds_total', { ...NODE, cpu: '0', mode: 'idle' }, 1 - value),
      ],
    },
    {
      id: 'node-memory',
      title: 'Memory of nodes',
      question: 'Which node is full?',
      unit: 'ratio',
      by: ['instance'],
      query: (chosen) =>
        promql`1 - max by (instance) (${selector('node_memory_MemAvailable_bytes', [onNode(chosen)])}) / max by (instance) (${selector('node_memory_MemTotal_bytes', [onNode(chosen)])})`,
      threshold: { value: 0.9, alert: 'NodeMemoryHigh', severity: 'warning' },
      whenRed: 'Move the largest pod, or enlarge the pool.',
      needs: NODES,
      behind: ofNode,
      example: (value) => [
        gauge('node_memory_MemAvailable_bytes', NODE, (1 - value) * 1024),
        gauge('node_memory_MemTotal_bytes', NODE, 1024),
      ],
    },
    {
      id: 'node-disk',
      title: 'Disks of nodes',
      question: 'Which disk fills up?',
      unit: 'ratio',
      by: ['instance', 'mountpoint'],
      query: (chosen) =>
        promql`1 - min by (instance, mountpoint) (${selector('node_filesystem_avail_bytes', [onNode(chosen), DISKS])}) / max by (instance, mountpoint) (${selector('node_filesystem_size_bytes', [onNode(chosen), DISKS])})`,
      threshold: { value: 0.85, alert: 'NodeDiskFilling', severity: 'warning' },
      whenRed: 'Images, logs or the work of builds: prune.',
      needs: NODES,
      behind: ofNode,
      example: (value) => [
        gauge('node_filesystem_avail_bytes', DISK, (1 - value) * 1024),
        gauge('node_filesystem_size_bytes', DISK, 1024),
      ],
    },
  ],
};
