import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { helm } from './helm';

/** An object as Helm rendered it, with the template it came from. */
export interface Rendered {
  readonly source: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly data?: Readonly<Record<string, string>>;
  readonly stringData?: Readonly<Record<string, string>>;
}

export type ChartName = 'throughline' | 'stack';

interface Chart {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: readonly {
    readonly name: string;
    readonly version: string;
    readonly repository: string;
  }[];
}
const chartOf = (folder: string) =>
  parse(readFileSync(join(folder, 'Chart.yaml'), 'utf8')) as Chart;

/**
 * A copy of our charts in `folder` that Helm can render. Their dependencies are charts of that name
 * in `real` (unpacked, each with its own dependencies below charts/), where it is given; else empty
 * ones of the same name and version stand in, so that our own templates and values render without a
 * network.
 */
export function prepareCharts(root: string, folder: string, real?: string): void {
  // The link to alert-rules/ becomes what it points to, as in a package.
  cpSync(join(root, 'helm'), folder, { recursive: true, dereference: true });
  for (const name of ['throughline', 'stack'] as const) {
    const own = join(folder, name);
    for (const dependency of chartOf(own).dependencies ?? []) {
      const place = join(own, 'charts', dependency.name);
      if (existsSync(place)) continue;
      if (dependency.repository.startsWith('file://'))
        cpSync(join(own, dependency.repository.slice('file://'.length)), place, {
          recursive: true,
        });
      else if (real) {
        cpSync(join(real, dependency.name), place, { recursive: true });
        const found = chartOf(place).version;
        if (found !== dependency.version)
          throw new Error(
            `${dependency.name} is ${found} in ${real}; Chart.yaml of ${name} wants ${dependency.version}.`,
          );
      } else {
        mkdirSync(place, { recursive: true });
        writeFileSync(
          join(place, 'Chart.yaml'),
          `apiVersion: v2\nname: ${dependency.name}\nversion: ${dependency.version}\n`,
        );
      }
    }
  }
}

/** Runs Helm. @returns its exit code, what it printed, and what it complained about */
export function runHelm(
  cache: string,
  args: readonly string[],
  cwd: string,
): { status: number; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(helm(cache), args, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    env: {
      ...process.env,
      HELM_CACHE_HOME: join(cache, 'helm/cache'),
      HELM_CONFIG_HOME: join(cache, 'helm/config'),
      HELM_DATA_HOME: join(cache, 'helm/data'),
    },
  });
  return { status: status ?? 1, stdout, stderr };
}

/**
 * What `helm template` makes of a chart of a prepared folder, release `stack` or `throughline` in
 * namespace `observability`. @throws Error with Helm's own words
 */
export function render(
  cache: string,
  folder: string,
  chart: ChartName,
  values: readonly string[] = [],
  set: readonly string[] = [],
): Rendered[] {
  const { status, stdout, stderr } = runHelm(
    cache,
    [
      'template',
      chart,
      chart,
      '--namespace',
      'observability',
      ...values.flatMap((file) => ['--values', file]),
      ...set.flatMap((each) => ['--set', each]),
    ],
    folder,
  );
  if (status !== 0) throw new Error(stderr);
  return stdout.split(/^---\n/m).flatMap((text) => {
    const source = /^# Source: (.*)$/m.exec(text)?.[1] ?? '';
    return parseAllDocuments(text, { maxAliasCount: -1 } as never)
      .map((document) => {
        if (document.errors.length) throw new Error(`${source}: ${document.errors[0]!.message}`);
        return document.toJS({ maxAliasCount: -1 }) as Rendered | null;
      })
      .filter((object): object is Rendered => object !== null && typeof object === 'object')
      .map((object) => ({ ...object, source }));
  });
}
