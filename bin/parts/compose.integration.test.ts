import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { configSchema } from '@/lib/config/schema';
import { amtool, promtool, type Program } from './debian';

const root = resolve(import.meta.dirname, '../..');
const cache = join(root, '.cache');

interface Service {
  readonly image?: string;
  readonly build?: { readonly target: string };
  readonly command?: readonly string[];
  readonly environment?: Record<string, string | number>;
  readonly volumes?: readonly string[];
  readonly depends_on?: readonly string[] | Record<string, unknown>;
  readonly ports?: readonly string[];
}

const { services, volumes } = parse(readFileSync(join(root, 'compose.yaml'), 'utf8'), {
  merge: true,
}) as { services: Record<string, Service>; volumes: Record<string, unknown> };

function says(
  { path, env }: Program,
  ...args: string[]
): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(path, args, {
    encoding: 'utf8',
    env: { ...process.env, ...env },
    timeout: 30_000,
  });
  return { status, output: stdout + stderr };
}

test('promtool takes the configuration of Prometheus', () =>
  expect(
    says(promtool(cache), 'check', 'config', join(root, 'compose/prometheus.yml')),
  ).toMatchObject({ status: 0 }));
test('amtool takes the configuration of Alertmanager', () =>
  expect(says(amtool(cache), 'check-config', join(root, 'compose/alertmanager.yml'))).toMatchObject(
    { status: 0 },
  ));

test('what a service names is there: files, volumes, other services, programs of the demo', () => {
  for (const [name, service] of Object.entries(services)) {
    for (const volume of service.volumes ?? []) {
      const [source] = volume.split(':');
      expect(
        source!.startsWith('./')
          ? existsSync(join(root, source!))
          : Object.hasOwn(volumes, source!),
        `${name}: ${source}`,
      ).toBe(true);
    }
    const before = Array.isArray(service.depends_on)
      ? service.depends_on
      : Object.keys(service.depends_on ?? {});
    for (const other of before)
      expect(services, `${name} waits for ${other}`).toHaveProperty(other);
    const program = service.command?.find((word) => word.endsWith('.ts'));
    if (program) expect(existsSync(join(root, program)), program).toBe(true);
  }
});

test('every image is pinned, and nothing listens beyond this machine', () => {
  for (const [name, service] of Object.entries(services)) {
    if (service.image) expect(service.image, name).toMatch(/:v?\d+(\.\d+)*$/);
    for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
  }
});

test('the portal would start with its configuration, and every address in it is a service', () => {
  const environment = services.portal!.environment!;
  expect(configSchema.safeParse({ ...environment, HOSTNAME: '0.0.0.0' }).error).toBeUndefined();
  for (const value of Object.values(services).flatMap((service) =>
    Object.values(service.environment ?? {}),
  )) {
    const host = /^https?:\/\/([a-z-]+):\d+/.exec(String(value))?.[1];
    if (host) expect(services, String(value)).toHaveProperty(host);
  }
});

test('what Prometheus scrapes and where telemetry goes are services', () => {
  const hosts = [
    'prometheus.yml',
    'tempo.yaml',
    'collector.yaml',
    'grafana-datasources.yaml',
  ].flatMap((file) =>
    [
      ...readFileSync(join(root, 'compose', file), 'utf8').matchAll(
        /(?:https?:\/\/|[[ ])([a-z]+):\d{4}/g,
      ),
    ].map((match) => match[1]!),
  );
  expect(new Set(hosts).size).toBeGreaterThan(8);
  for (const host of hosts) expect(services).toHaveProperty(host);
});
