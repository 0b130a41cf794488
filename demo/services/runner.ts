import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { trace } from '@opentelemetry/api';
import { Counter, Gauge, Histogram } from 'prom-client';
import { carryInEnvironment, currentCorrelationId } from '@/lib/correlation-id/propagation';
import { serve } from '../service/http';
import { log } from '../service/log';
import { registers } from '../service/metrics';
import { consume, Unsuccessful, waitingIn } from '../service/queue';
import { countEmitted } from '../service/telemetry';

serve('runner', 'arc-x64-7k2pd-runner-4bq2c', {});

/**
 * What a listener of ARC would export of this runner's scale set, under the same names
 * (gha-runner-scale-set 0.14).
 */
const SET = {
  name: 'arc-x64',
  namespace: 'ci',
  repository: '',
  organization: 'shop',
  enterprise: '',
};
const MAX_RUNNERS = 2;
let running = 0;
function exported(name: string, help: string, value: () => number | Promise<number>): void {
  new Gauge({
    name,
    help,
    labelNames: Object.keys(SET),
    registers,
    async collect() {
      this.set(SET, await value());
    },
  });
}
exported(
  'gha_assigned_jobs',
  'Jobs assigned to this scale set.',
  async () => running + (await waitingIn('ci-jobs')),
);
exported('gha_running_jobs', 'Jobs running on this scale set.', () => running);
exported('gha_registered_runners', 'Runners registered by this scale set.', () => 1);
exported('gha_busy_runners', 'Runners running a job.', () => running);
exported('gha_idle_runners', 'Runners waiting for a job.', () => 1 - running);
exported('gha_desired_runners', 'Runners desired by this scale set.', () => 1);
exported('gha_max_runners', 'Most runners of this scale set.', () => MAX_RUNNERS);
const JOB = [
  'repository',
  'organization',
  'enterprise',
  'job_name',
  'event_name',
  'job_workflow_name',
];
const BUCKETS = [0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600];
const startup = new Histogram({
  name: 'gha_job_startup_duration_seconds',
  help: 'From assigned to started.',
  labelNames: JOB,
  buckets: BUCKETS,
  registers,
});
const execution = new Histogram({
  name: 'gha_job_execution_duration_seconds',
  help: 'From started to completed.',
  labelNames: [...JOB, 'job_result'],
  buckets: BUCKETS,
  registers,
});
const started = new Counter({
  name: 'gha_started_jobs_total',
  help: 'Jobs started.',
  labelNames: JOB,
  registers,
});
const completed = new Counter({
  name: 'gha_completed_jobs_total',
  help: 'Jobs completed, by result.',
  labelNames: [...JOB, 'job_result'],
  registers,
});

/** Takes a job and runs it as a process of its own; the id travels in the job's environment. */
void consume(
  'runner',
  'ci-jobs',
  () => true,
  async ({ repository, commit, workflow }, assignedAt) => {
    const [organization = '', name = ''] = String(repository).split('/');
    const labels = {
      repository: name,
      organization,
      enterprise: '',
      job_name: String(workflow),
      event_name: 'push',
      job_workflow_name: String(workflow),
    };
    // As the conventions for CI have it, with the repository: a list of jobs must tell them apart.
    trace.getActiveSpan()?.updateName(`RUN ${String(workflow)} ${String(repository)}`);
    log('info', `job started: ${workflow} of ${repository}`, {
      repository: String(repository),
      commit: String(commit),
    });
    const began = Date.now();
    running = 1;
    started.inc(labels);
    startup.observe(labels, (began - assignedAt) / 1000);
    const code = await runJob({
      CI_REPOSITORY: String(repository),
      CI_COMMIT: String(commit),
      CI_WORKFLOW: String(workflow),
    });
    running = 0;
    const job_result = code === 0 ? 'succeeded' : 'failed';
    execution.observe({ ...labels, job_result }, (Date.now() - began) / 1000);
    completed.inc({ ...labels, job_result });
    log(code === 0 ? 'info' : 'error', `job ended with code ${code}`, { exit_code: code });
    if (code !== 0) throw new Unsuccessful(`job ended with code ${code}`);
  },
);

function runJob(job: Record<string, string>): Promise<number> {
  const id = currentCorrelationId();
  return new Promise((resolve) => {
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', join(import.meta.dirname, 'job.ts')],
      {
        env: { ...process.env, ...job, ...carryInEnvironment() },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('close', (code) => {
      const counts = /^emitted (\d+) (\d+)$/m.exec(output);
      if (counts) {
        countEmitted(id, 'spans', Number(counts[1]));
        countEmitted(id, 'logs', Number(counts[2]));
      }
      resolve(code ?? 1);
    });
  });
}
