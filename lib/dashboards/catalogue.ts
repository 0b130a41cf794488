import { promql, selector, type Matcher, type PromQl } from '@/lib/telemetry/prometheus/promql';
import { ENTRY, FAILED, SERVER } from '@/lib/telemetry/prometheus/span-metrics';

/**
 * Every panel as data: what it answers, what is asked, in which unit, from when on it is red. Pages of the portal and dashboards of Grafana are
 * made of it, so that neither drifts from the other; a test holds each threshold against the rule of its alert, and each metric against the
 * list of what something exports.
 */
export type Unit = 'per-second' | 'ratio' | 'seconds' | 'bytes' | 'cores' | 'count';

/** What a page lets people choose; each becomes a matcher of every query. */
export const PARAMETERS = {
  service: { title: 'Service', metric: 'traces_spanmetrics_calls_total', label: 'service' },
  scaleSet: { title: 'Scale set', metric: 'gha_registered_runners', label: 'name' },
  namespace: { title: 'Namespace', metric: 'kube_pod_info', label: 'namespace' },
  node: { title: 'Node', metric: 'node_uname_info', label: 'instance' },
} as const;
export type Parameter = keyof typeof PARAMETERS;

/** A regular expression for each parameter, as PromQL has it; `.*` for all. */
export type Chosen = Readonly<Record<Parameter, string>>;

export interface Panel {
  readonly id: string;
  readonly title: string;
  /** What it answers, as somebody would ask it. */
  readonly question: string;
  readonly unit: Unit;
  /** `range` in seconds: over how long a rate is taken. */
  readonly query: (chosen: Chosen, range: number) => PromQl;
  /** The labels that name a series. */
  readonly by: readonly string[];
  /** A histogram behind it, whose exemplars lead to requests. */
  readonly exemplars?: (chosen: Chosen) => PromQl;
  /** From where on it is red, and the alert that says so. */
  readonly threshold?: { readonly value: number; readonly alert: string };
  /** What to do when it is red. */
  readonly whenRed?: string;
}

export interface Dashboard {
  readonly id: 'application' | 'runners' | 'cluster' | 'portal';
  readonly title: string;
  readonly parameters: readonly Parameter[];
  readonly panels: readonly Panel[];
}

const calls = ({ service }: Chosen, range: number, ...more: Matcher[]) => selector('traces_spanmetrics_calls_total', [['service', '=~', service], ENTRY, ...more], range);
const latency = ({ service }: Chosen, range: number) => selector('traces_spanmetrics_latency_bucket', [['service', '=~', service], SERVER], range);
const quantile = (share: number) => (chosen: Chosen, range: number) => promql`histogram_quantile(${share}, sum by (service, le) (rate(${latency(chosen, range)})))`;
const latencyExemplars = ({ service }: Chosen) => selector('traces_spanmetrics_latency_bucket', [['service', '=~', service], SERVER]);

const application: Dashboard = {
  id: 'application',
  title: 'Application',
  parameters: ['service'],
  panels: [
    { id: 'rate', title: 'Requests', question: 'How much is asked of each service?', unit: 'per-second', by: ['service'], query: (chosen, range) => promql`sum by (service) (rate(${calls(chosen, range)}))` },
    {
      id: 'errors',
      title: 'Failed requests',
      question: 'Which share of them fails?',
      unit: 'ratio',
      by: ['service'],
      query: (chosen, range) => promql`(sum by (service) (rate(${calls(chosen, range, FAILED)})) or 0 * sum by (service) (rate(${calls(chosen, range)}))) / (sum by (service) (rate(${calls(chosen, range)})) > 0)`,
      threshold: { value: 0.05, alert: 'ServiceErrorRatioHigh' },
      whenRed: 'Open a request behind the point: the verdict names what failed first.',
    },
    { id: 'p50', title: 'Duration, median', question: 'How long does a usual request take?', unit: 'seconds', by: ['service'], query: quantile(0.5), exemplars: latencyExemplars },
    {
      id: 'p95',
      title: 'Duration, 95th percentile',
      question: 'How long does one request in twenty take at least?',
      unit: 'seconds',
      by: ['service'],
      query: quantile(0.95),
      exemplars: latencyExemplars,
      threshold: { value: 1, alert: 'ServiceLatencyP95High' },
      whenRed: 'Compare a slow request with a quick one of the same operation.',
    },
    { id: 'p99', title: 'Duration, 99th percentile', question: 'How bad does it get?', unit: 'seconds', by: ['service'], query: quantile(0.99), exemplars: latencyExemplars },
    {
      id: 'event-loop',
      title: 'Event loop lag, 99th percentile',
      question: 'Does a Node.js process have more to compute than one core can?',
      unit: 'seconds',
      by: ['job', 'instance'],
      query: () => promql`max by (job, instance) (${selector('nodejs_eventloop_lag_p99_seconds', [])})`,
      threshold: { value: 0.2, alert: 'EventLoopLagging' },
      whenRed: 'Raise its CPU limit or add pods; then look for a long span without children.',
    },
    {
      id: 'dependencies',
      title: 'Calls between services',
      question: 'Who calls whom, and how often?',
      unit: 'per-second',
      by: ['client', 'server'],
      query: ({ service }, range) => promql`sum by (client, server) (rate(${selector('traces_service_graph_request_total', [['client', '=~', service]], range)}))`,
    },
    {
      id: 'dependency-errors',
      title: 'Failed calls between services',
      question: 'Which connection fails?',
      unit: 'ratio',
      by: ['client', 'server'],
      query: ({ service }, range) => promql`sum by (client, server) (rate(${selector('traces_service_graph_request_failed_total', [['client', '=~', service]], range)})) / (sum by (client, server) (rate(${selector('traces_service_graph_request_total', [['client', '=~', service]], range)})) > 0)`,
      threshold: { value: 0.1, alert: 'DependencyFailing' },
      whenRed: 'Look at the server of the pair first.',
    },
  ],
};

const runner = (metric: string, { scaleSet }: Chosen) => selector(metric, [['name', '=~', scaleSet]]);
const RUNNER_PODS: Matcher = ['pod', '=~', '.+-runner-.+'];
const SET_OF_JOBS = 'actions_github_com_scale_set_name';

const runners: Dashboard = {
  id: 'runners',
  title: 'Runners',
  parameters: ['scaleSet'],
  panels: [
    { id: 'assigned', title: 'Jobs assigned', question: 'How much work is there?', unit: 'count', by: ['name'], query: (chosen) => promql`max by (name) (${runner('gha_assigned_jobs', chosen)})` },
    { id: 'running', title: 'Jobs running', question: 'How much of it is being done?', unit: 'count', by: ['name'], query: (chosen) => promql`max by (name) (${runner('gha_running_jobs', chosen)})` },
    { id: 'idle', title: 'Idle runners', question: 'Is anybody free?', unit: 'count', by: ['name'], query: (chosen) => promql`max by (name) (${runner('gha_idle_runners', chosen)})` },
    {
      id: 'startup',
      title: 'Time until a runner is ready, 95th percentile',
      question: 'How long do jobs wait for their runner?',
      unit: 'seconds',
      by: [SET_OF_JOBS],
      query: ({ scaleSet }, range) => promql`histogram_quantile(0.95, sum by (actions_github_com_scale_set_name, le) (rate(${selector('gha_job_startup_duration_seconds_bucket', [[SET_OF_JOBS, '=~', scaleSet]], Math.max(range, 900))})))`,
      threshold: { value: 300, alert: 'RunnerStartupSlow' },
      whenRed: 'Pods pending: no room on the nodes. None pending: the image, or GitHub.',
    },
    {
      id: 'failures',
      title: 'Failed jobs',
      question: 'Is it us or the runners?',
      unit: 'ratio',
      by: ['repository'],
      query: () => promql`sum by (repository) (increase(${selector('gha_completed_jobs_total', [['job_result', '!~', '(?i)succe.*|skipped|cancel.*']], 3600)})) / (sum by (repository) (increase(${selector('gha_completed_jobs_total', [], 3600)})) > 0)`,
      threshold: { value: 0.3, alert: 'RunnerJobsFailing' },
      whenRed: 'One repository: its code. All of them: the runners.',
    },
    { id: 'cpu', title: 'CPU of runners', question: 'What do builds use?', unit: 'cores', by: ['namespace', 'pod'], query: (_, range) => promql`sum by (namespace, pod) (rate(${selector('container_cpu_usage_seconds_total', [RUNNER_PODS, ['container', '!=', '']], range)}))` },
    { id: 'memory', title: 'Memory of runners', question: 'How near to their limit are they?', unit: 'bytes', by: ['namespace', 'pod'], query: () => promql`max by (namespace, pod) (${selector('container_memory_working_set_bytes', [RUNNER_PODS, ['container', '!=', '']])})` },
    { id: 'pods', title: 'Runner pods', question: 'How many run, how many wait?', unit: 'count', by: ['phase'], query: () => promql`sum by (phase) (${selector('kube_pod_status_phase', [RUNNER_PODS])})` },
    { id: 'nodes', title: 'Nodes with runners', question: 'On how many nodes?', unit: 'count', by: [], query: () => promql`count(count by (node) (${selector('kube_pod_info', [RUNNER_PODS])}))` },
  ],
};

const cluster: Dashboard = {
  id: 'cluster',
  title: 'Cluster',
  parameters: ['namespace', 'node'],
  panels: [
    { id: 'nodes', title: 'Nodes', question: 'How many are ready?', unit: 'count', by: ['status'], query: () => promql`sum by (status) (${selector('kube_node_status_condition', [['condition', '=', 'Ready']])})` },
    { id: 'pods', title: 'Pods', question: 'How many run, wait, fail?', unit: 'count', by: ['phase'], query: ({ namespace }) => promql`sum by (phase) (${selector('kube_pod_status_phase', [['namespace', '=~', namespace]])})` },
    {
      id: 'restarts',
      title: 'Restarts in 15 minutes',
      question: 'What does not stay up?',
      unit: 'count',
      by: ['namespace', 'pod', 'container'],
      query: ({ namespace }) => promql`max by (namespace, pod, container) (increase(${selector('kube_pod_container_status_restarts_total', [['namespace', '=~', namespace]], 900)})) > 0`,
      threshold: { value: 3, alert: 'ContainerRestarts' },
      whenRed: 'kubectl describe pod: the reason of the last end.',
    },
    {
      id: 'container-cpu',
      title: 'CPU of containers, of their limit',
      question: 'Who is throttled?',
      unit: 'ratio',
      by: ['namespace', 'pod', 'container'],
      query: ({ namespace }, range) => promql`sum by (namespace, pod, container) (rate(${selector('container_cpu_usage_seconds_total', [['namespace', '=~', namespace], ['container', '!=', ''], ['container', '!=', 'POD']], range)})) / on (namespace, pod, container) max by (namespace, pod, container) (${selector('kube_pod_container_resource_limits', [['resource', '=', 'cpu']])})`,
      threshold: { value: 0.8, alert: 'ContainerCpuNearLimit' },
      whenRed: 'More replicas, or a higher limit.',
    },
    {
      id: 'container-memory',
      title: 'Memory of containers, of their limit',
      question: 'Who is killed next?',
      unit: 'ratio',
      by: ['namespace', 'pod', 'container'],
      query: ({ namespace }) => promql`max by (namespace, pod, container) (${selector('container_memory_working_set_bytes', [['namespace', '=~', namespace], ['container', '!=', ''], ['container', '!=', 'POD']])}) / on (namespace, pod, container) max by (namespace, pod, container) (${selector('kube_pod_container_resource_limits', [['resource', '=', 'memory']])})`,
      threshold: { value: 0.9, alert: 'ContainerMemoryNearLimit' },
      whenRed: 'Raise the limit to gain time, then look for the leak.',
    },
    {
      id: 'node-cpu',
      title: 'CPU of nodes',
      question: 'Which node is busy?',
      unit: 'ratio',
      by: ['instance'],
      query: ({ node }, range) => promql`1 - avg by (instance) (rate(${selector('node_cpu_seconds_total', [['instance', '=~', node], ['mode', '=', 'idle']], range)}))`,
      threshold: { value: 0.8, alert: 'NodeCpuHigh' },
      whenRed: 'Find the pod without a request.',
    },
    {
      id: 'node-memory',
      title: 'Memory of nodes',
      question: 'Which node is full?',
      unit: 'ratio',
      by: ['instance'],
      query: ({ node }) => promql`1 - max by (instance) (${selector('node_memory_MemAvailable_bytes', [['instance', '=~', node]])}) / max by (instance) (${selector('node_memory_MemTotal_bytes', [['instance', '=~', node]])})`,
      threshold: { value: 0.9, alert: 'NodeMemoryHigh' },
      whenRed: 'Move the largest pod, or enlarge the pool.',
    },
    {
      id: 'node-disk',
      title: 'Disks of nodes',
      question: 'Which disk fills up?',
      unit: 'ratio',
      by: ['instance', 'mountpoint'],
      query: ({ node }) => promql`1 - min by (instance, mountpoint) (${selector('node_filesystem_avail_bytes', [['instance', '=~', node], ['fstype', '!~', 'tmpfs|overlay|squashfs|ramfs']])}) / max by (instance, mountpoint) (${selector('node_filesystem_size_bytes', [['instance', '=~', node], ['fstype', '!~', 'tmpfs|overlay|squashfs|ramfs']])})`,
      threshold: { value: 0.85, alert: 'NodeDiskFilling' },
      whenRed: 'Images, logs or the work of builds: prune.',
    },
  ],
};

const portal: Dashboard = {
  id: 'portal',
  title: 'The portal and its sources',
  parameters: [],
  panels: [
    { id: 'requests', title: 'Requests to the portal', question: 'What is asked of it?', unit: 'per-second', by: ['route'], query: (_, range) => promql`sum by (route) (rate(${selector('http_server_request_duration_seconds_count', [['route', '!=', '']], range)}))` },
    {
      id: 'sources',
      title: 'Failed questions to sources',
      question: 'Which backend does not answer?',
      unit: 'ratio',
      by: ['source', 'signal'],
      query: (_, range) => promql`sum by (source, signal) (rate(${selector('throughline_source_request_duration_seconds_count', [['outcome', '!~', 'ok|cancelled']], range)})) / (sum by (source, signal) (rate(${selector('throughline_source_request_duration_seconds_count', [], range)})) > 0)`,
      threshold: { value: 0.5, alert: 'PortalSourceFailing' },
      whenRed: 'Sources in the portal says how it fails.',
    },
    { id: 'canary', title: 'Since the canary was seen', question: 'Does what is sent arrive?', unit: 'seconds', by: ['signal'], query: () => promql`time() - max by (signal) (${selector('throughline_canary_found_timestamp_seconds', [])})`, threshold: { value: 600, alert: 'PortalCanaryMissing' }, whenRed: 'Collector, Tempo or Loki: their alerts say which.' },
    { id: 'deliveries', title: 'Messages of alert sources', question: 'Who sends, and what becomes of it?', unit: 'per-second', by: ['source', 'outcome'], query: (_, range) => promql`sum by (source, outcome) (rate(${selector('throughline_alert_deliveries_total', [], range)}))` },
    { id: 'waiting', title: 'Messages not yet read', question: 'Is the list of alerts behind?', unit: 'count', by: [], query: () => promql`max(${selector('throughline_alert_deliveries_waiting', [])})`, threshold: { value: 1000, alert: 'PortalDeliveriesWaiting' }, whenRed: 'Is there a leader? What floods it?' },
    { id: 'outbox', title: 'Overdue notices', question: 'Is somebody not told?', unit: 'count', by: [], query: () => promql`max(${selector('throughline_outbox_overdue', [])})`, threshold: { value: 0, alert: 'PortalOutboxStuck' }, whenRed: 'Tell people yourself; then mend the channel.' },
    { id: 'open', title: 'Open episodes', question: 'How much is firing?', unit: 'count', by: [], query: () => promql`max(${selector('throughline_alert_episodes_open', [])})` },
    { id: 'collector-queue', title: 'Queues of the collector', question: 'Is telemetry about to be dropped?', unit: 'ratio', by: ['job', 'exporter'], query: () => promql`max by (job, exporter) (${selector('otelcol_exporter_queue_size', [])}) / max by (job, exporter) (${selector('otelcol_exporter_queue_capacity', [])})`, threshold: { value: 0.8, alert: 'CollectorQueueFilling' }, whenRed: 'Is the backend slow or refusing?' },
  ],
};

/** All dashboards, in the order of the questions: is it us, the runners, the cluster, or what looks at them? */
export const DASHBOARDS: readonly Dashboard[] = [application, runners, cluster, portal];
