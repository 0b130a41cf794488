import { promql, selector, type Matcher } from '@/lib/telemetry/prometheus/promql';
import { counter, gauge } from './example-series';
import type { Dashboard, Drilldown } from './panel';
import type { SelectionPatterns } from './parameters';

const inNamespace = ({ namespace }: SelectionPatterns): Matcher => ['namespace', '=~', namespace];
const CONTAINERS: Matcher[] = [
  ['container', '!=', ''],
  ['container', '!=', 'POD'],
];
const DISKS: Matcher = ['fstype', '!~', 'tmpfs|overlay|squashfs|ramfs'];
const onNode = ({ node }: SelectionPatterns): Matcher => ['instance', '=~', node];

/** As the rule has it. */
const RESTART_SECONDS = 900;

const STATE = 'kube-state-metrics';
const KUBELET = 'cAdvisor, in the kubelet';
const NODES = 'node-exporter';
const everything = (): Drilldown => ({ state: 'all', spanFilter: {} });
const ofPod = ({ pod, namespace }: Readonly<Record<string, string>>): Drilldown => ({
  state: 'all',
  spanFilter: { pod, namespace },
});
const ofNode = ({ instance }: Readonly<Record<string, string>>): Drilldown => ({
  state: 'all',
  spanFilter: { node: instance },
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
    { panel: 'nodes', labels: { state: 'ready' }, noun: ['node ready', 'nodes ready'] },
    { panel: 'pods', labels: { phase: 'Running' }, noun: ['pod running', 'pods running'] },
  ],
  panels: [
    {
      id: 'nodes',
      title: 'Nodes',
      question: 'How many are ready?',
      unit: 'count',
      groupBy: ['state'],
      query: () =>
        promql`
          sum by (state) (
            label_replace(
              label_replace(
                label_replace(
                  ${selector('kube_node_status_condition', [['condition', '=', 'Ready']])},
                  "state",
                  "unknown",
                  "status",
                  "unknown"
                ),
                "state",
                "not ready",
                "status",
                "false"
              ),
              "state",
              "ready",
              "status",
              "true"
            )
          )
        `,
      exportedBy: STATE,
      drilldown: everything,
      exampleSeries: (value) => [
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
      groupBy: ['phase'],
      query: (patterns) =>
        promql`sum by (phase) (${selector('kube_pod_status_phase', [inNamespace(patterns)])})`,
      exportedBy: STATE,
      drilldown: everything,
      exampleSeries: (value) => [
        gauge('kube_pod_status_phase', { ...POD, phase: 'Pending' }, value),
      ],
    },
    {
      id: 'ingress',
      title: 'Requests at the edge',
      question: 'What comes in from outside, and how is it answered?',
      unit: 'per-second',
      groupBy: ['code'],
      // Whichever of the usual ingress controllers is there.
      query: (_, range) =>
        promql`
          sum by (code) (
            label_replace(
              rate(${selector('nginx_ingress_controller_requests', [], range)}),
              "code",
              "\${1}xx",
              "status",
              "(.).*"
            )
            or label_replace(
              rate(${selector('envoy_http_downstream_rq_xx', [], range)}),
              "code",
              "\${1}xx",
              "envoy_response_code_class",
              "(.+)"
            )
            or label_replace(
              rate(${selector('traefik_entrypoint_requests_total', [], range)}),
              "code",
              "\${1}xx",
              "code",
              "(.).*"
            )
          )
        `,
      exportedBy: 'an ingress controller: ingress-nginx, Envoy or Traefik',
      drilldown: ({ code }) => ({ state: code === '5xx' ? 'failed' : 'all', spanFilter: {} }),
      exampleSeries: (value) => [
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
      groupBy: ['namespace', 'pod', 'container'],
      // Where instants lie further apart than that: the most between them.
      query: (patterns, range) => {
        const restarts = promql`
          increase(
            ${selector('kube_pod_container_status_restarts_total', [inNamespace(patterns)], RESTART_SECONDS)}
          )
        `;
        return range > RESTART_SECONDS
          ? promql`
            max by (namespace, pod, container) (
              max_over_time(${restarts}[${Math.round(range)}s:5m])
            )
          `
          : promql`max by (namespace, pod, container) (${restarts})`;
      },
      threshold: { value: 3, alert: 'ContainerRestarts', severity: 'warning' },
      remediation: 'kubectl describe pod: the reason of the last end.',
      exportedBy: STATE,
      drilldown: ofPod,
      exampleSeries: (value) => [
        counter('kube_pod_container_status_restarts_total', POD, value / 900),
      ],
    },
    {
      id: 'out-of-memory',
      title: 'Containers last ended for want of memory',
      question: 'Who was killed?',
      unit: 'count',
      groupBy: ['namespace', 'pod', 'container'],
      // Containers that ended otherwise, or never, are zero: kube-state-metrics has no series of
      // them.
      query: (patterns) =>
        promql`
          max by (namespace, pod, container) (
            ${selector('kube_pod_container_status_last_terminated_reason', [
              inNamespace(patterns),
              ['reason', '=', 'OOMKilled'],
            ])}
          )
          or 0 * max by (namespace, pod, container) (
            ${selector('kube_pod_container_status_restarts_total', [inNamespace(patterns)])}
          )
        `,
      remediation: 'Raise the limit to gain time, then look for the leak.',
      exportedBy: STATE,
      drilldown: ofPod,
      exampleSeries: (value) => [
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
      groupBy: ['namespace', 'pod'],
      query: (patterns, range) =>
        promql`
          topk(
            10,
            sum by (namespace, pod) (
              rate(
                ${selector('container_cpu_usage_seconds_total', [inNamespace(patterns), ...CONTAINERS], range)}
              )
            )
          )
        `,
      exportedBy: KUBELET,
      drilldown: ofPod,
      exampleSeries: (value) => [counter('container_cpu_usage_seconds_total', POD, value)],
    },
    {
      id: 'container-cpu',
      title: 'CPU of containers, of their limit',
      question: 'Who is throttled?',
      unit: 'ratio',
      groupBy: ['namespace', 'pod', 'container'],
      query: (patterns, range) =>
        promql`
          sum by (namespace, pod, container) (
            rate(
              ${selector('container_cpu_usage_seconds_total', [inNamespace(patterns), ...CONTAINERS], range)}
            )
          )
          / on (namespace, pod, container) max by (namespace, pod, container) (
            ${selector('kube_pod_container_resource_limits', [['resource', '=', 'cpu']])}
          )
        `,
      threshold: { value: 0.8, alert: 'ContainerCpuNearLimit', severity: 'warning' },
      remediation: 'More replicas, or a higher limit.',
      exportedBy: `${KUBELET}, and ${STATE}`,
      drilldown: ofPod,
      exampleSeries: (value) => [
        counter('container_cpu_usage_seconds_total', POD, value),
        gauge('kube_pod_container_resource_limits', { ...POD, resource: 'cpu' }, 1),
      ],
    },
    {
      id: 'container-memory',
      title: 'Memory of containers, of their limit',
      question: 'Who is killed next?',
      unit: 'ratio',
      groupBy: ['namespace', 'pod', 'container'],
      query: (patterns) =>
        promql`
          max by (namespace, pod, container) (
            ${selector('container_memory_working_set_bytes', [inNamespace(patterns), ...CONTAINERS])}
          )
          / on (namespace, pod, container) max by (namespace, pod, container) (
            ${selector('kube_pod_container_resource_limits', [['resource', '=', 'memory']])}
          )
        `,
      threshold: { value: 0.9, alert: 'ContainerMemoryNearLimit', severity: 'warning' },
      remediation: 'Raise the limit to gain time, then look for the leak.',
      exportedBy: `${KUBELET}, and ${STATE}`,
      drilldown: ofPod,
      exampleSeries: (value) => [
        gauge('container_memory_working_set_bytes', POD, value * 1024),
        gauge('kube_pod_container_resource_limits', { ...POD, resource: 'memory' }, 1024),
      ],
    },
    {
      id: 'node-cpu',
      title: 'CPU of nodes',
      question: 'Which node is busy?',
      unit: 'ratio',
      groupBy: ['instance'],
      query: (patterns, range) =>
        promql`
          1 - avg by (instance) (
            rate(
              ${selector('node_cpu_seconds_total', [onNode(patterns), ['mode', '=', 'idle']], range)}
            )
          )
        `,
      threshold: { value: 0.8, alert: 'NodeCpuHigh', severity: 'warning' },
      remediation: 'Find the pod without a request.',
      exportedBy: NODES,
      drilldown: ofNode,
      exampleSeries: (value) => [
        counter('node_cpu_seconds_total', { ...NODE, cpu: '0', mode: 'idle' }, 1 - value),
      ],
    },
    {
      id: 'node-memory',
      title: 'Memory of nodes',
      question: 'Which node is full?',
      unit: 'ratio',
      groupBy: ['instance'],
      query: (patterns) =>
        promql`
          1 - max by (instance) (
            ${selector('node_memory_MemAvailable_bytes', [onNode(patterns)])}
          )
          / max by (instance) (
            ${selector('node_memory_MemTotal_bytes', [onNode(patterns)])}
          )
        `,
      threshold: { value: 0.9, alert: 'NodeMemoryHigh', severity: 'warning' },
      remediation: 'Move the largest pod, or enlarge the pool.',
      exportedBy: NODES,
      drilldown: ofNode,
      exampleSeries: (value) => [
        gauge('node_memory_MemAvailable_bytes', NODE, (1 - value) * 1024),
        gauge('node_memory_MemTotal_bytes', NODE, 1024),
      ],
    },
    {
      id: 'node-disk',
      title: 'Disks of nodes',
      question: 'Which disk fills up?',
      unit: 'ratio',
      groupBy: ['instance', 'mountpoint'],
      query: (patterns) =>
        promql`
          1 - min by (instance, mountpoint) (
            ${selector('node_filesystem_avail_bytes', [onNode(patterns), DISKS])}
          )
          / max by (instance, mountpoint) (
            ${selector('node_filesystem_size_bytes', [onNode(patterns), DISKS])}
          )
        `,
      threshold: { value: 0.85, alert: 'NodeDiskFilling', severity: 'warning' },
      remediation: 'Images, logs or the work of builds: prune.',
      exportedBy: NODES,
      drilldown: ofNode,
      exampleSeries: (value) => [
        gauge('node_filesystem_avail_bytes', DISK, (1 - value) * 1024),
        gauge('node_filesystem_size_bytes', DISK, 1024),
      ],
    },
  ],
};
