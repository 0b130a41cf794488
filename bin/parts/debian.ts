import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Environment } from './processes';

/** A program, and where the libraries it needs beside the system's are. */
export interface Program {
  readonly path: string;
  readonly env: Environment;
  /** Where it must be started, if that matters. */
  readonly cwd?: string;
}

/**
 * Finds a program on the PATH, else brings it from Debian's packages into `cache`: downloaded and
 * unpacked, not installed, so that neither root nor the system is touched. `names` are the names it
 * goes by; `inside` where it lies in the package.
 */
export function program(
  names: readonly string[],
  packages: readonly string[],
  inside: readonly string[],
  cache: string,
): Program {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of names)
      if (folder && existsSync(join(folder, name))) return { path: join(folder, name), env: {} };
  }
  const root = join(cache, 'debian', packages[0]!);
  const unpacked = () => inside.map((path) => join(root, path)).find((path) => existsSync(path));
  if (!unpacked()) bring(packages, cache, root);
  const path = unpacked();
  if (!path)
    throw new Error(
      `${names[0]} is neither on the PATH nor in Debian's package ${packages[0]}. Install it and start again.`,
    );
  const machine = process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu';
  // Some packages keep libraries one folder deeper (pulseaudio, nss) and name that place
  // absolutely.
  const libraries = [`usr/lib/${machine}`, `lib/${machine}`]
    .map((folder) => join(root, folder))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => [
      folder,
      ...readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => join(folder, entry.name)),
    ]);
  return { path, env: { LD_LIBRARY_PATH: libraries.join(delimiter) } };
}

/**
 * Unpacked beside and moved when whole: an interrupted run leaves nothing half. Each program has a
 * folder of its own.
 */
function bring(packages: readonly string[], cache: string, whole: string): void {
  const root = `${whole}.part`;
  rmSync(root, { recursive: true, force: true });
  const apt = join(cache, 'apt');
  for (const folder of ['lists/partial', 'archives/partial', 'state'])
    mkdirSync(join(apt, folder), { recursive: true });
  mkdirSync(root, { recursive: true });
  const options = [
    `Dir::State=${join(apt, 'state')}`,
    `Dir::State::lists=${join(apt, 'lists')}`,
    // The real list of what is installed: only what is missing is brought.
    'Dir::State::status=/var/lib/dpkg/status',
    `Dir::Cache=${apt}`,
    `Dir::Cache::archives=${join(apt, 'archives')}`,
    'Dir::Cache::pkgcache=',
    'Dir::Cache::srcpkgcache=',
    'Dir::Log=/dev/null',
    'Debug::NoLocking=true',
    'APT::Sandbox::User=root',
    'APT::Install-Recommends=false',
    'APT::Get::Assume-Yes=true',
    'Dpkg::Use-Pty=false',
    'APT::Update::Post-Invoke::=true',
  ].flatMap((option) => ['-o', option]);
  const run = (command: string, args: readonly string[]) => {
    const done = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
    if (done.error)
      throw new Error(
        `${command} is missing: this needs Debian or a derivative, or ${packages.join(', ')} on the PATH.`,
      );
    if (done.status !== 0)
      throw new Error(
        `${command} ${args.at(-1)} failed:\n${done.stderr.split('\n').slice(-8).join('\n')}`,
      );
    return done.stdout;
  };
  run('apt-get', [...options, 'update']);
  run('apt-get', [...options, '--download-only', 'install', ...packages]);
  const archives = join(apt, 'archives');
  for (const archive of readdirSync(archives))
    if (archive.endsWith('.deb')) run('dpkg-deb', ['-x', join(archives, archive), root]);
  rmSync(apt, { recursive: true, force: true });
  renameSync(root, whole);
}

export const prometheus = (cache: string): Program =>
  program(['prometheus'], ['prometheus'], ['usr/bin/prometheus'], cache);
export const promtool = (cache: string): Program =>
  program(['promtool'], ['prometheus'], ['usr/bin/promtool'], cache);
export const amtool = (cache: string): Program =>
  program(['amtool'], ['prometheus-alertmanager'], ['usr/bin/amtool'], cache);
const TEMPLATES = '/usr/share/prometheus/alertmanager';

/**
 * Debian builds Alertmanager with the place of its templates inside; the unpacked copy is given the
 * same place below its own root.
 */
export function alertmanager(cache: string): Program {
  const found = program(
    ['prometheus-alertmanager', 'alertmanager'],
    ['prometheus-alertmanager'],
    ['usr/bin/prometheus-alertmanager'],
    cache,
  );
  const cwd = join(cache, 'debian/prometheus-alertmanager');
  if (!found.path.startsWith(cwd)) return found;
  const binary = readFileSync(found.path);
  const relative = `${TEMPLATES.slice(1)}/`;
  let changed = false;
  for (let at = binary.indexOf(TEMPLATES); at >= 0; at = binary.indexOf(TEMPLATES, at)) {
    binary.write(relative, at);
    changed = true;
  }
  if (changed) writeFileSync(found.path, binary);
  return { ...found, cwd };
}
/**
 * A browser without a single font ends itself: the unpacked one is shown the fonts that came with
 * it, and the system's, since a font that is installed already is not brought.
 */
export function chromium(cache: string): Program {
  const found = program(
    ['chromium', 'chromium-browser', 'google-chrome'],
    ['chromium', 'fonts-dejavu-core'],
    ['usr/lib/chromium/chromium'],
    cache,
  );
  const root = join(cache, 'debian/chromium');
  if (!found.path.startsWith(root)) return found;
  const fonts = join(cache, 'fonts.conf');
  const folders = [join(root, 'usr/share/fonts'), '/usr/share/fonts']
    .map((folder) => `<dir>${folder}</dir>`)
    .join('');
  writeFileSync(
    fonts,
    `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>${folders}<cachedir>${join(cache, 'fonts')}</cachedir></fontconfig>
`,
  );
  return { ...found, env: { ...found.env, FONTCONFIG_FILE: fonts } };
}
