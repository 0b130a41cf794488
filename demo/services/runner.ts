import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { carryInEnvironment, currentCorrelationId } from '@/lib/correlation/propagation';
import { serve } from '../service/http';
import { log } from '../service/log';
import { consume } from '../service/queue';
import { countEmitted } from '../service/telemetry';

serve('runner', 'runner-arc-x64-4bq2c', {});

/** Takes a job and runs it as a process of its own; the id travels in the job's environment. */
void consume('runner', 'ci-jobs', async ({ repository, commit, workflow }) => {
  log('info', `job started: ${workflow} of ${repository}`, { repository: String(repository), commit: String(commit) });
  const code = await runJob({ CI_REPOSITORY: String(repository), CI_COMMIT: String(commit), CI_WORKFLOW: String(workflow) });
  log(code === 0 ? 'info' : 'error', `job ended with code ${code}`, { exit_code: code });
  if (code !== 0) throw new Error(`job ended with code ${code}`);
});

function runJob(job: Record<string, string>): Promise<number> {
  const id = currentCorrelationId();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'job.ts')], { env: { ...process.env, ...job, ...carryInEnvironment() }, stdio: ['ignore', 'pipe', 'inherit'] });
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
