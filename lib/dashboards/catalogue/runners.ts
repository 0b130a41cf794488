import { oneOf, promql, selector, type Matcher } from '@/lib/telemetry/prometheus/promql';
import { counter, gauge, histogram } from './example-series';
import type { Dashboard, Drilldown } from './panel';
import type { SelectionPatterns } from './parameters';

const runner = (metric: string, { scaleSet }: SelectionPatterns) =>
  selector(metric, [['name', '=~', scaleSet]]);
const SET_OF_JOBS = 'actions_github_com_scale_set_name';
/** Pods of runners are called after their scale set: `<scale set>[-<hash>]-runner-<random>`. */
export const runnerPodPattern = (scaleSet: string): string =>
  `(${scaleSet})(-[a-z0-9]+)?-runner-.+`;
const pods = ({ scaleSet }: SelectionPatterns): Matcher => [
  'pod',
  '=~',
  runnerPodPattern(scaleSet),
];
const NOT_FAILED: Matcher = ['job_result', '!~', '(?i)succe.*|skipped|cancel.*'];
const HOUR = 3600;
/** As the rule has it. */
const ENOUGH_JOBS = 5;

const LISTENERS = 'the listeners of ARC (their metrics are off unless turned on: docs/runners.md)';
/** Spans of jobs, by the conventions for CI; ARC's labels say the same. */
const jobs =
  (failed: boolean) =>
  (labels: Readonly<Record<string, string>> = {}): Drilldown => {
    const { name: set = labels[SET_OF_JOBS], repository, job_workflow_name: workflow } = labels;
    return {
      state: 'all',
      spanFilter: {
        failed: failed || undefined,
        attributes: {
          'cicd.pipeline.name': workflow,
          ...(repository && { 'vcs.repository.name': repository }),
        },
        podPattern: set && runnerPodPattern(oneOf([set])),
      },
    };
  };
const inPod = ({ pod, namespace }: Readonly<Record<string, string>>): Drilldown => ({
  state: 'all',
  spanFilter: { pod, namespace },
});
const SET = { name: 'arc-x64', namespace: 'ci' };
const POD = { namespace: 'ci', pod: 'arc-x64-7k2pd-runner-4bq2c', container: 'runner' };
const job = (result: string) => ({
  repository: 'checkout',
  job_workflow_name: 'test',
  job_result: result,
});

export const runners: Dashboard = {
  id: 'runners',
  title: 'Runners',
  question: 'Or is it the runners?',
  parameters: ['scaleSet'],
  headline: [
    { panel: 'running', noun: ['job running', 'jobs running'] },
    { panel: 'idle', noun: ['runner idle', 'runners idle'] },
  ],
  requestList: { title: 'Jobs', drilldown: jobs(false)() },
  panels: [
    {
      id: 'assigned',
      title: 'Jobs assigned',
      question: 'How much work is there?',
      unit: 'count',
      groupBy: ['name'],
      query: (patterns) => promql`max by (name) (${runner('gha_assigned_jobs', patterns)})`,
      exportedBy: LISTENERS,
      drilldown: jobs(false),
      exampleSeries: (value) => [gauge('gha_assigned_jobs', SET, value)],
    },
    {
      id: 'running',
      title: 'Jobs running',
      question: 'How much of it is being done?',
      unit: 'count',
      groupBy: ['name'],
      query: (patterns) => promql`max by (name) (${runner('gha_running_jobs', patterns)})`,
      exportedBy: LISTENERS,
      drilldown: jobs(false),
      exampleSeries: (value) => [gauge('gha_running_jobs', SET, value)],
    },
    {
      id: 'queue',
      title: 'Jobs waiting',
      question: 'Is there a queue?',
      unit: 'count',
      groupBy: ['name'],
      query: (patterns) =>
        promql`
          max by (name) (
            ${runner('gha_assigned_jobs', patterns)} - ${runner('gha_running_jobs', patterns)}
          )
        `,
      exportedBy: LISTENERS,
      drilldown: jobs(false),
      exampleSeries: (value) => [
        gauge('gha_assigned_jobs', SET, value),
        gauge('gha_running_jobs', SET, 0),
      ],
    },
    {
      id: 'idle',
      title: 'Idle runners',
      question: 'Is anybody free?',
      unit: 'count',
      groupBy: ['name'],
      query: (patterns) => promql`max by (name) (${runner('gha_idle_runners', patterns)})`,
      exportedBy: LISTENERS,
      drilldown: jobs(false),
      exampleSeries: (value) => [gauge('gha_idle_runners', SET, value)],
    },
    {
      id: 'startup',
      title: 'Time until a runner is ready, 95th percentile',
      question: 'How long do jobs wait for their runner?',
      unit: 'seconds',
      groupBy: [SET_OF_JOBS],
      query: ({ scaleSet }, range) =>
        promql`
          histogram_quantile(
            0.95,
            sum by (actions_github_com_scale_set_name, le) (
              rate(
                ${selector(
                  'gha_job_startup_duration_seconds_bucket',
                  [[SET_OF_JOBS, '=~', scaleSet]],
                  Math.max(range, 900),
                )}
              )
            )
          )
        `,
      threshold: { value: 300, alert: 'RunnerStartupSlow', severity: 'warning' },
      remediation: 'Pods pending: no room on the nodes. None pending: the image, or GitHub.',
      exportedBy: LISTENERS,
      drilldown: (labels) => ({ ...jobs(false)(labels), order: 'slowest' }),
      exampleSeries: (value) =>
        histogram(
          'gha_job_startup_duration_seconds_bucket',
          { [SET_OF_JOBS]: 'arc-x64' },
          0.95,
          value,
        ),
    },
    {
      id: 'failures',
      title: 'Failed jobs, by repository',
      question: 'Is it us or the runners? Where at least five ended within the hour.',
      minimumTraffic: 'five jobs an hour',
      unit: 'ratio',
      groupBy: ['repository'],
      query: () =>
        promql`
          (
            sum by (repository) (
              increase(${selector('gha_completed_jobs_total', [NOT_FAILED], HOUR)})
            )
            or 0 * sum by (repository) (
              increase(${selector('gha_completed_jobs_total', [], HOUR)})
            )
          )
          / (
            sum by (repository) (
              increase(${selector('gha_completed_jobs_total', [], HOUR)})
            ) >= ${ENOUGH_JOBS}
          )
        `,
      threshold: { value: 0.3, alert: 'RunnerJobsFailing', severity: 'info' },
      remediation: 'One repository: its code. All of them: the runners.',
      exportedBy: LISTENERS,
      drilldown: jobs(true),
      exampleSeries: (value) => [
        counter('gha_completed_jobs_total', job('failed'), (value / HOUR) * 100),
        counter('gha_completed_jobs_total', job('succeeded'), ((1 - value) / HOUR) * 100),
      ],
    },
    {
      id: 'results',
      title: 'Jobs ended in an hour, by workflow and result',
      question: 'What runs, and how does it end?',
      unit: 'count',
      groupBy: ['repository', 'job_workflow_name', 'job_result'],
      query: () =>
        promql`
          sum by (repository, job_workflow_name, job_result) (
            increase(${selector('gha_completed_jobs_total', [], HOUR)})
          )
        `,
      exportedBy: LISTENERS,
      drilldown: ({ job_result = '', ...labels }) =>
        jobs(!/^(succe|skip|cancel)/i.test(job_result))(labels),
      exampleSeries: (value) => [counter('gha_completed_jobs_total', job('failed'), value / HOUR)],
    },
    {
      id: 'cpu',
      title: 'CPU of runners',
      question: 'What do builds use? In cores.',
      unit: 'cores',
      groupBy: ['namespace', 'pod'],
      query: (patterns, range) =>
        promql`
          sum by (namespace, pod) (
            rate(
              ${selector('container_cpu_usage_seconds_total', [pods(patterns), ['container', '!=', '']], range)}
            )
          )
        `,
      exportedBy: 'cAdvisor, in the kubelet',
      drilldown: inPod,
      exampleSeries: (value) => [counter('container_cpu_usage_seconds_total', POD, value)],
    },
    {
      id: 'memory',
      title: 'Memory of runners',
      question: 'How near to their limit are they?',
      unit: 'bytes',
      groupBy: ['namespace', 'pod'],
      query: (patterns) =>
        promql`
          max by (namespace, pod) (
            ${selector('container_memory_working_set_bytes', [pods(patterns), ['container', '!=', '']])}
          )
        `,
      exportedBy: 'cAdvisor, in the kubelet',
      drilldown: inPod,
      exampleSeries: (value) => [gauge('container_memory_working_set_bytes', POD, value)],
    },
    {
      id: 'pods',
      title: 'Runner pods',
      question: 'How many run, how many wait?',
      unit: 'count',
      groupBy: ['phase'],
      query: (patterns) =>
        promql`sum by (phase) (${selector('kube_pod_status_phase', [pods(patterns)])})`,
      exportedBy: 'kube-state-metrics',
      drilldown: jobs(false),
      exampleSeries: (value) => [
        gauge('kube_pod_status_phase', { ...POD, phase: 'Pending' }, value),
      ],
    },
    {
      id: 'nodes',
      title: 'Nodes with runners',
      question: 'On how many nodes?',
      unit: 'count',
      groupBy: [],
      // None at all is zero, as long as there are pods to look at.
      query: (patterns) =>
        promql`
          count(count by (node) (${selector('kube_pod_info', [pods(patterns)])}))
          or 0 * count(${selector('kube_pod_info', [])})
        `,
      exportedBy: 'kube-state-metrics',
      drilldown: jobs(false),
      exampleSeries: (value) => [
        ...Array.from({ length: Math.ceil(value) }, (_, index) =>
          gauge('kube_pod_info', { ...POD, node: `pool-b-${index + 1}` }, 1),
        ),
        gauge('kube_pod_info', { namespace: 'shop', uid: 'none-of-a-runner', node: 'pool-a-1' }, 1),
      ],
    },
  ],
};
