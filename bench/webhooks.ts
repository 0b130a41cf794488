import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { Agent, createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { migrate } from '@/lib/db/migrate';
import { startPostgres } from '../bin/parts/postgres';
import { freePort, Processes, waitFor } from '../bin/parts/processes';
import { median, pause, quantile, root } from './world';
import { row } from './row';

const DELIVERIES = 5_000;
const DISTINCT = 500;
const ALERTS = 10;
const CONNECTIONS = 32;
const WARM = 1_000;
const RUNS = 3;
const TOKEN = 'a-token-for-the-bench-only';
const DIST = '.next-floor';

/** Distinct messages, then the same again, as a group that still fires is sent again. */
const bodies = (distinct: number, alerts: number, name: string) =>
  Array.from({ length: distinct }, (_, index) =>
    Buffer.from(
      JSON.stringify({
        version: '4',
        status: 'firing',
        receiver: 'portal',
        groupKey: `{}:{alertname="${name}${index}"}`,
        externalURL: 'http://am-0:9093',
        truncatedAlerts: 0,
        groupLabels: { alertname: `${name}${index}` },
        commonLabels: {},
        commonAnnotations: {},
        alerts: Array.from({ length: alerts }, (__, each) => ({
          status: 'firing',
          labels: {
            alertname: `${name}${index}`,
            instance: `10.0.${index % 250}.${each}:8080`,
            namespace: 'shop',
            pod: `checkout-${index}-${each}`,
            service: `service-${index % 40}`,
            severity: 'critical',
          },
          annotations: {
            summary: `error ratio of checkout ${each} is 7.3 %`,
            runbook_url: 'https://runbooks.example.com/a',
          },
          startsAt: '2026-11-22T14:00:00.123Z',
          endsAt: '0001-01-01T00:00:00Z',
          generatorURL: 'http://prometheus:9090/graph?g0.expr=up',
          fingerprint: `${name}${index.toString(16).padStart(8, '0')}${each.toString(16).padStart(4, '0')}`,
        })),
      }),
    ),
  );

interface Load {
  readonly perSecond: number;
  readonly p99: number;
  readonly refused: number;
}

async function load(url: string, messages: readonly Buffer[], count: number): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const latencies: number[] = [];
  let [next, refused] = [0, 0];
  const began = performance.now();
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      while (next < count) {
        const body = messages[next++ % messages.length]!;
        const sent = performance.now();
        const status = await new Promise<number>((done, failed) => {
          const call = request(
            url,
            {
              method: 'POST',
              agent,
              headers: {
                'content-type': 'application/json',
                authorization: `Bearer ${TOKEN}`,
                'content-length': body.byteLength,
              },
            },
            (response) => {
              response.resume();
              response.on('end', () => done(response.statusCode!));
            },
          );
          call.on('error', failed);
          call.end(body);
        });
        latencies.push(performance.now() - sent);
        if (status !== 200) refused += 1;
      }
    }),
  );
  const perSecond = count / ((performance.now() - began) / 1000);
  agent.destroy();
  return { perSecond, p99: quantile(latencies, 0.99), refused };
}

async function medianOf(
  url: string,
  messages: readonly Buffer[],
  between: () => Promise<void>,
): Promise<Load> {
  await load(url, messages, WARM);
  await between();
  const runs: Load[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    runs.push(await load(url, messages, DELIVERIES));
    await between();
  }
  return {
    perSecond: median(runs.map((run) => run.perSecond)),
    p99: median(runs.map((run) => run.p99)),
    refused: runs.reduce((sum, run) => sum + run.refused, 0),
  };
}

/** The same build with one route more: what our own receiver is held against. */
function buildWithFloor(): void {
  const route = join(root, 'app/api/floor');
  // Next writes its folders into it.
  const settings = readFileSync(join(root, 'tsconfig.json'));
  try {
    mkdirSync(route, { recursive: true });
    cpSync(join(root, 'bench/floor/route.ts'), join(route, 'route.ts'));
    const { status, stdout, stderr } = spawnSync(join(root, 'node_modules/.bin/next'), ['build'], {
      cwd: root,
      encoding: 'utf8',
      env: {
        ...process.env,
        NEXT_DIST_DIR: DIST,
        NEXT_TELEMETRY_DISABLED: '1',
      } as NodeJS.ProcessEnv,
    });
    if (status !== 0) throw new Error(`the build with the floor failed:\n${stdout}${stderr}`);
  } finally {
    rmSync(route, { recursive: true, force: true });
    writeFileSync(join(root, 'tsconfig.json'), settings);
  }
}

/**
 * Intake of alerts, alone on the machine, fsync on: against one bare upsert in a route of the same
 * build, and against Node alone.
 */
export async function measureWebhooks(): Promise<string[]> {
  buildWithFloor();
  const folder = mkdtempSync(join(tmpdir(), 'throughline-bench-'));
  chmodSync(folder, 0o755);
  const processes = new Processes(folder, () => {});
  try {
    const database = await startPostgres(processes, folder, await freePort());
    await migrate(database.url, root);
    const pool = new pg.Pool({ connectionString: database.url, max: 16 });
    await pool.query(
      `CREATE TABLE bench_deliveries (
         id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
         receiver text NOT NULL,
         body text NOT NULL
       )`,
    );
    await pool.query(
      `CREATE TABLE bench_alerts (
         fingerprint text NOT NULL,
         status text NOT NULL,
         starts_at timestamptz NOT NULL,
         labels jsonb NOT NULL,
         annotations jsonb NOT NULL,
         PRIMARY KEY (fingerprint, starts_at)
       )`,
    );
    const port = await freePort();
    processes.start({
      name: 'portal',
      command: process.execPath,
      args: ['server.js'],
      cwd: join(root, DIST, 'standalone'),
      env: {
        PATH: process.env.PATH,
        NODE_ENV: 'production',
        HOSTNAME: '127.0.0.1',
        PORT: String(port),
        LOG_LEVEL: 'error',
        DATABASE_URL: database.url,
        ALERT_SOURCES: JSON.stringify([{ name: 'bench', kind: 'alertmanager', tokens: [TOKEN] }]),
      },
    });
    const url = `http://127.0.0.1:${port}`;
    await waitFor('The portal', `${url}/api/readyz`, processes.logOf('portal'));
    const waiting = async () =>
      Number(
        (
          await pool.query<{ count: string }>(
            'SELECT count(*) FROM alert_deliveries WHERE processed_at IS NULL',
          )
        ).rows[0]!.count,
      );
    const drains: number[] = [];
    const drained = async () => {
      const began = performance.now();
      while ((await waiting()) > 0) await pause(20);
      drains.push(performance.now() - began);
    };
    const calm = () => pause(500);
    const tens = bodies(DISTINCT, ALERTS, 'Ten');
    const floor = await medianOf(`${url}/api/floor`, tens, calm);
    const own = await medianOf(`${url}/api/webhooks/alertmanager`, tens, drained);
    const again = await medianOf(`${url}/api/floor`, tens, calm);
    const node = await bareNode(database.url, (bare) => medianOf(bare, tens, calm));
    const hundreds = await load(`${url}/api/webhooks/alertmanager`, bodies(100, 100, 'Storm'), 100);
    await drained();
    const { rows } = await pool.query<{ stored: string; episodes: string }>(
      'SELECT (SELECT count(*) FROM alert_deliveries) AS stored, (SELECT count(*) FROM alert_episodes) AS episodes',
    );
    await pool.end();
    const route = {
      perSecond: (floor.perSecond + again.perSecond) / 2,
      p99: (floor.p99 + again.p99) / 2,
    };
    return [
      row(
        `webhook intake, ${DELIVERIES} messages of ${ALERTS} alerts, ${CONNECTIONS} connections, ` +
          `fsync on, median of ${RUNS}`,
        `${own.perSecond.toFixed(0)} messages/s, ${own.refused} refused; all read into episodes ` +
          `${(Math.max(...drains) / 1000).toFixed(1)} s after the last at most`,
        `one bare upsert in a route of the same build: ${route.perSecond.toFixed(0)} messages/s`,
        `${(own.perSecond / route.perSecond).toFixed(2)}`,
        '0.8',
      ),
      row(
        'the same, p99',
        `${own.p99.toFixed(0)} ms`,
        `${route.p99.toFixed(0)} ms`,
        `${(own.p99 / route.p99).toFixed(2)}`,
        '2 at most',
      ),
      row(
        `the same against \`node:http\` + \`pg\` with that upsert`,
        `${own.perSecond.toFixed(0)} messages/s`,
        `${node.perSecond.toFixed(0)} messages/s`,
        `${(own.perSecond / node.perSecond).toFixed(2)}`,
        'reported',
      ),
      row(
        'a storm: 10,000 alerts in 100 messages of 100',
        `${(hundreds.perSecond * 100).toFixed(0)} alerts/s, ${hundreds.refused} refused; ` +
          `${rows[0]!.stored} messages and ${rows[0]!.episodes} episodes stored in all`,
        `\`node:http\` + \`pg\`, messages of ${ALERTS}: ${(node.perSecond * ALERTS).toFixed(0)} alerts/s`,
        `${((hundreds.perSecond * 100) / (node.perSecond * ALERTS)).toFixed(2)}`,
        'the wish: 1',
      ),
    ];
  } finally {
    await processes.end();
    rmSync(folder, { recursive: true, force: true });
    rmSync(join(root, DIST), { recursive: true, force: true });
  }
}

/** The same upsert with nothing around it, in a process of its own as the portal is. */
async function bareNode<Result>(
  databaseUrl: string,
  work: (url: string) => Promise<Result>,
): Promise<Result> {
  const port = await freePort();
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', import.meta.filename, 'bare', String(port)],
    {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, DATABASE_URL: databaseUrl } as NodeJS.ProcessEnv,
    },
  );
  try {
    for (
      let waited = 0;
      waited < 100 &&
      !(await fetch(`http://127.0.0.1:${port}/`).then(
        () => true,
        () => false,
      ));
      waited += 1
    )
      await pause(100);
    return await work(`http://127.0.0.1:${port}/`);
  } finally {
    child.kill('SIGTERM');
  }
}

if (process.argv[2] === 'bare') {
  const { POST } = await import('./floor/route');
  createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const body = Buffer.concat(chunks);
      if (incoming.method !== 'POST') return void response.end();
      // The floor's own work; a Request only carries its text.
      void POST({ text: async () => body.toString() } as Request).then(
        () =>
          response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"ok"}'),
        () => response.writeHead(500).end(),
      );
    });
  }).listen(Number(process.argv[3]), '127.0.0.1');
}
