import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import { PrismaPg } from '@prisma/adapter-pg';
import { Logger, runMigrations } from 'graphile-worker';

interface Engine {
  applyMigrations(input: unknown): Promise<{ appliedMigrationNames: string[] }>;
  free(): void;
}

/**
 * `prisma migrate deploy` in process: the schema engine compiled to WebAssembly speaks to Postgres
 * through our own driver, so that no binary is downloaded (docs/adr/0003); then the schema
 * `graphile_worker` of the job queue, which is the library's own and which Prisma does not know.
 * Safe when several start at once.
 * @returns the names of the migrations of `prisma/migrations` that it applied.
 */
export async function migrate(databaseUrl: string, root: string): Promise<string[]> {
  const applied = await applyMigrations(databaseUrl, root);
  const logger = new Logger(() => () => {});
  await runMigrations({ connectionString: databaseUrl, maxPoolSize: 1, logger });
  return applied;
}

/** Safe when several start at once: the engine takes an advisory lock. */
async function applyMigrations(databaseUrl: string, root: string): Promise<string[]> {
  const factory = new PrismaPg({ connectionString: databaseUrl });
  // The engine leaves its connections open, and with them the lock it took: whoever waits for it
  // would wait for ever.
  const opened: { dispose(): Promise<void> }[] = [];
  const connect = factory.connect.bind(factory);
  factory.connect = async () => {
    const connection = await connect();
    opened.push(connection);
    return connection;
  };
  const engine = await openEngine(bindMigrationAwareSqlAdapterFactory(factory));
  try {
    const directory = join(root, 'prisma/migrations');
    const names = readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort();
    const result = await engine.applyMigrations({
      filters: { externalTables: [], externalEnums: [] },
      migrationsList: {
        baseDir: directory,
        lockfile: {
          path: 'migration_lock.toml',
          content: readFileSync(join(directory, 'migration_lock.toml'), 'utf8'),
        },
        shadowDbInitScript: '',
        migrationDirectories: names.map((name) => ({
          path: name,
          migrationFile: {
            path: 'migration.sql',
            content: {
              tag: 'ok',
              value: readFileSync(join(directory, name, 'migration.sql'), 'utf8'),
            },
          },
        })),
      },
    });
    return result.appliedMigrationNames;
  } finally {
    engine.free();
    await Promise.all(opened.map((connection) => connection.dispose()));
  }
}

type Bindings = Record<string, WebAssembly.ImportValue> & {
  __wbg_set_wasm(exports: unknown): void;
  SchemaEngine: { new: (options: object, log: () => void, adapter: object) => Promise<Engine> };
};

let bound: Promise<Bindings> | undefined;

/**
 * The package's own entry needs `import … from '*.wasm'`, which Node has only behind a flag: bound
 * by hand, once a process.
 */
async function bind(): Promise<Bindings> {
  const require = createRequire(import.meta.url);
  const bindings =
    (await import('@prisma/schema-engine-wasm/schema_engine_bg')) as unknown as Bindings;
  const binary = readFileSync(
    require.resolve('@prisma/schema-engine-wasm/schema_engine_bg').replace(/\.js$/, '.wasm'),
  );
  const { instance } = await WebAssembly.instantiate(binary, { './schema_engine_bg.js': bindings });
  bindings.__wbg_set_wasm(instance.exports);
  (instance.exports.__wbindgen_start as () => void)();
  return bindings;
}

async function openEngine(adapter: object): Promise<Engine> {
  const { SchemaEngine } = await (bound ??= bind());
  return SchemaEngine.new(
    { datamodels: [['schema.prisma', 'datasource db {\n  provider = "postgresql"\n}\n']] },
    // The engine's own log: what fails is thrown.
    () => {},
    adapter,
  );
}
