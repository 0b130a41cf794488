import { mkdtempSync, rmSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { TestProject } from 'vitest/node';
import { migrate } from '@/lib/db/migrate';
import { startPrometheus } from './monitoring';
import { startPostgres } from './postgres';
import { freePort, Processes } from './processes';

declare module 'vitest' {
  interface ProvidedContext {
    readonly databaseUrl: string;
    readonly prometheusUrl: string;
  }
}

/**
 * A real Postgres, migrated, and a real Prometheus that scrapes itself; ended when the tests are.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const root = resolve(import.meta.dirname, '../..');
  const folder = mkdtempSync(join(tmpdir(), 'throughline-test-'));
  chmodSync(folder, 0o755);
  const processes = new Processes(folder, () => {});
  const end = async () => {
    await processes.end();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const postgres = await startPostgres(processes, folder, await freePort());
    await migrate(postgres.url, root);
    const port = await freePort();
    const prometheusUrl = await startPrometheus(processes, folder, join(root, '.cache'), port, {
      prometheus: { address: `127.0.0.1:${port}` },
    });
    project.provide('databaseUrl', postgres.url);
    project.provide('prometheusUrl', prometheusUrl);
    return end;
  } catch (error) {
    await end();
    throw error;
  }
}
