import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

export interface World {
  readonly url: string;
  readonly token: string;
  readonly user: string;
  readonly password: string;
  readonly databaseUrl: string;
  readonly prometheusUrl: string;
  readonly otlp: { readonly traces: string; readonly logs: string };
}

export const root = resolve(import.meta.dirname, '..');

/** The demo, in a folder of its own, for measuring beside its load. */
export async function startWorld(): Promise<{ world: World; stop: () => Promise<void> }> {
  const folder = join(root, '.cache/bench');
  const state = join(folder, 'state.json');
  rmSync(state, { force: true });
  const demo: ChildProcess = spawn(
    process.execPath,
    ['--import', 'tsx', 'bin/demo.ts', '--folder', folder, '--reset'],
    { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const ended = new Promise<void>((done) => demo.once('exit', () => done()));
  for (let waited = 0; !existsSync(state); waited += 200) {
    if (waited > 120_000 || demo.exitCode !== null) {
      demo.kill('SIGINT');
      await ended;
      throw new Error('bin/demo did not come up');
    }
    await pause(200);
  }
  const stop = async () => {
    demo.kill('SIGINT');
    await ended;
  };
  return { world: JSON.parse(readFileSync(state, 'utf8')) as World, stop };
}

export const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
}
export const median = (values: readonly number[]): number => quantile(values, 0.5);
