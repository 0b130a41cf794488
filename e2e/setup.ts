import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { startTime } from '../bin/parts/processes';

/** Starts the demo as a person would, in a folder of its own, and ends it as a person would. */
export default async function setup(): Promise<() => Promise<void>> {
  const root = resolve(import.meta.dirname, '..');
  const folder = join(root, '.cache/e2e');
  const state = join(folder, 'state.json');
  rmSync(state, { force: true });
  const demo = spawn(
    process.execPath,
    ['--import', 'tsx', 'bin/demo.ts', '--folder', folder, '--reset', '--rate', '4'],
    { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let said = '';
  demo.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const ended = new Promise<void>((done) => demo.once('exit', () => done()));
  let over = false;
  void ended.then(() => (over = true));
  for (let waited = 0; !existsSync(state); waited += 250) {
    if (over || waited > 120_000) {
      demo.kill('SIGINT');
      await ended;
      throw new Error(`bin/demo did not come up:\n${said}`);
    }
    await new Promise((done) => setTimeout(done, 250));
  }
  const started = (
    JSON.parse(readFileSync(join(folder, 'processes.json'), 'utf8')) as {
      processes: { pid: number; startedAt: string }[];
    }
  ).processes;
  process.env.DEMO_STATE = state;
  return async () => {
    demo.kill('SIGINT');
    await ended;
    // A process id alone may have been given to somebody else.
    const left = started.filter(({ pid, startedAt }) => startTime(pid) === startedAt);
    if (left.length)
      throw new Error(`bin/demo left processes behind: ${left.map(({ pid }) => pid).join(', ')}`);
  };
}
