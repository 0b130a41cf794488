import { cpSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { waitFor, type Environment, type Processes } from './processes';

/**
 * `next dev` on the sources, with hot reload; it builds into .next/dev, beside the production
 * build.
 */
export async function startDevelopmentPortal(
  processes: Processes,
  root: string,
  port: number,
  env: Environment,
): Promise<{ url: string; pid: number }> {
  const url = `http://127.0.0.1:${port}`;
  const pid = processes.start({
    name: 'portal',
    command: process.execPath,
    args: [
      join(root, 'node_modules/next/dist/bin/next'),
      'dev',
      '--hostname',
      '127.0.0.1',
      '--port',
      String(port),
    ],
    cwd: root,
    env: {
      PATH: process.env.PATH,
      NEXT_TELEMETRY_DISABLED: '1',
      HOSTNAME: '127.0.0.1',
      PUBLIC_URL: url,
      ...env,
    },
  });
  await waitFor('The portal', `${url}/api/readyz`, processes.logOf('portal'));
  return { url, pid };
}

/**
 * The production server of the standalone build, as the image runs it. `copy: false` when its files
 * were laid beside it before.
 */
export async function startPortal(
  processes: Processes,
  root: string,
  port: number,
  env: Environment,
  name = 'portal',
  { copy = true } = {},
): Promise<{ url: string; pid: number }> {
  const build = join(root, '.next/standalone');
  if (!existsSync(join(build, 'server.js')))
    throw new Error('The portal is not built. Run npm run build.');
  if (copy) {
    rmSync(join(build, '.next/static'), { recursive: true, force: true });
    cpSync(join(root, '.next/static'), join(build, '.next/static'), { recursive: true });
    cpSync(join(root, 'public'), join(build, 'public'), { recursive: true });
  }
  const url = `http://127.0.0.1:${port}`;
  const pid = processes.start({
    name,
    command: process.execPath,
    args: ['server.js'],
    cwd: build,
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      HOSTNAME: '127.0.0.1',
      PORT: String(port),
      PUBLIC_URL: url,
      ...env,
    },
  });
  await waitFor('The portal', `${url}/api/readyz`, processes.logOf(name));
  return { url, pid };
}
