import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

interface Started {
  readonly name: string;
  readonly pid: number;
  /** Of /proc: a process id alone may have been given to somebody else. */
  readonly startedAt: string;
  readonly signal: NodeJS.Signals;
}

/** Variables of a child process; NODE_ENV is no duty. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface Command {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Environment;
  readonly cwd?: string;
  readonly uid?: number;
  readonly gid?: number;
  readonly signal?: NodeJS.Signals;
}

/** The processes of one run: each with a log file, all ended by process id, last started first. */
export class Processes {
  private readonly started: Started[] = [];
  private readonly file: string;
  private ending = false;
  private owned = false;

  constructor(
    readonly folder: string,
    private readonly onDeath: (name: string, log: string) => void,
  ) {
    mkdirSync(join(folder, 'logs'), { recursive: true });
    this.file = join(folder, 'processes.json');
  }

  /** Ends what an earlier run left behind when it was killed. */
  async endLeftovers(): Promise<void> {
    if (!existsSync(this.file)) return;
    const { owner, processes } = JSON.parse(readFileSync(this.file, 'utf8')) as {
      owner: Started;
      processes: Started[];
    };
    if (startTime(owner.pid) === owner.startedAt)
      throw new Error(
        `It is running already, as process ${owner.pid}. End that one first, or choose another --folder.`,
      );
    await endAll(processes);
    rmSync(this.file, { force: true });
  }

  logOf(name: string): string {
    return join(this.folder, 'logs', `${name}.log`);
  }

  start(command: Command): number {
    const log = openSync(this.logOf(command.name), 'w');
    const child = spawn(command.command, command.args, {
      env: (command.env ?? process.env) as NodeJS.ProcessEnv,
      cwd: command.cwd,
      uid: command.uid,
      gid: command.gid,
      stdio: ['ignore', log, log],
      detached: true,
    });
    closeSync(log);
    if (child.pid === undefined)
      throw new Error(`${command.name} could not be started: ${command.command} is missing`);
    const pid = child.pid;
    child.on('exit', () => {
      if (!this.ending && this.started.some((each) => each.pid === pid))
        this.onDeath(command.name, this.logOf(command.name));
    });
    this.started.push({
      name: command.name,
      pid,
      startedAt: startTime(pid) ?? '',
      signal: command.signal ?? 'SIGTERM',
    });
    const owner = { pid: process.pid, startedAt: startTime(process.pid) };
    writeFileSync(this.file, JSON.stringify({ owner, processes: this.started }));
    this.owned = true;
    return pid;
  }

  async end(): Promise<void> {
    this.ending = true;
    await endAll(this.started);
    this.started.length = 0;
    if (this.owned) rmSync(this.file, { force: true });
  }
}

async function endAll(processes: readonly Started[]): Promise<void> {
  for (const each of [...processes].reverse()) {
    if (startTime(each.pid) !== each.startedAt) continue;
    kill(each.pid, each.signal);
    for (let waited = 0; startTime(each.pid) === each.startedAt; waited += 50) {
      if (waited === 10_000) kill(each.pid, 'SIGKILL');
      if (waited > 12_000) break;
      await pause(50);
    }
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended by itself.
  }
}

/** Field 22 of /proc/PID/stat; undefined when there is no such process or it is a zombie. */
export function startTime(pid: number): string | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));

/** A free port of 127.0.0.1. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** Whether a port of 127.0.0.1 can be listened on. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** Waits until `url` answers 2xx. @throws Error with what to read when it does not in time. */
export async function waitFor(name: string, url: string, log: string, seconds = 60): Promise<void> {
  const until = Date.now() + seconds * 1000;
  for (;;) {
    const answered = await fetch(url, { signal: AbortSignal.timeout(2000) }).then(
      (response) => response.ok,
      () => false,
    );
    if (answered) return;
    if (Date.now() > until)
      throw new Error(`${name} did not come up within ${seconds} s. Its log: ${log}`);
    await pause(150);
  }
}
