import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { FAULTS } from '@/demo/service/faults';
import { mintCorrelationId } from '@/lib/correlation-id/propagation';
import { migrate } from '@/lib/db/migrate';
import { ownBackends, writeTargets } from './parts/backends';
import { writeDemoRules } from './parts/demo-rules';
import { startAlertmanager, startPrometheus } from './parts/monitoring';
import { startDevelopmentPortal, startPortal } from './parts/portal';
import { postgresFolders, startPostgres } from './parts/postgres';
import { freePort, isFree, pause, Processes } from './parts/processes';
import { planWorld, startLoad, startWorld, targetsOf, type World } from './parts/world';

const root = resolve(import.meta.dirname, '..');
const { values: options } = parseArgs({
  options: {
    dev: { type: 'boolean', default: false },
    reset: { type: 'boolean', default: false },
    fault: { type: 'string', multiple: true },
    port: { type: 'string' },
    rate: { type: 'string', default: '3' },
    folder: { type: 'string', default: join(root, '.demo') },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

const folder = resolve(options.folder);
const cache = join(root, '.cache');
const faultsFile = join(folder, 'faults.json');

if (options.help) {
  console.log(`bin/demo                     start everything; Ctrl-C ends it, the data stays
bin/demo --dev               the same with hot reload: a changed file is on the page at once
bin/demo --reset             forget the data of earlier runs, then start
bin/demo --port 3000         the portal's port (any free one by default)
bin/demo --rate 3            checkouts a second
bin/demo --folder DIR         keep the data there instead of .demo
bin/demo --fault NAME=on     switch a fault of the running demo: ${FAULTS.join(', ')}

With TEMPO_URL, LOKI_URL or PROMETHEUS_URL set it uses these instead of its own (docs/compatibility.md).`);
  process.exit(0);
}
mkdirSync(folder, { recursive: true });
if (options.fault) {
  switchFaults(options.fault);
  process.exit(0);
}

const processes = new Processes(folder, (name, log) => {
  console.error(`\n${name} ended by itself. Its log: ${log}`);
  void stop(1);
});
let world: World | undefined;
let stopping = false;
let owned = false;

async function stop(code: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  console.log('\nStopping…');
  world?.stopExporter();
  await processes.end();
  if (owned) rmSync(join(folder, 'state.json'), { force: true });
  process.exit(code);
}
process.on('SIGINT', () => void stop(0));
process.on('SIGTERM', () => void stop(0));
process.on('SIGHUP', () => void stop(0));

async function step<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
  const began = Date.now();
  process.stdout.write(`  ${what.padEnd(46, ' ')}`);
  const result = await work();
  process.stdout.write(`${((Date.now() - began) / 1000).toFixed(1)} s\n`);
  return result;
}

try {
  await main();
} catch (error) {
  console.error(`\n\n${(error as Error).message}`);
  await stop(1);
}

async function main(): Promise<void> {
  console.log('Throughline demo');
  await processes.endLeftovers();
  owned = true;
  if (options.reset)
    for (const each of [
      ...postgresFolders(folder),
      join(folder, 'prometheus'),
      join(folder, 'alertmanager'),
    ])
      rmSync(each, { recursive: true, force: true });
  writeFileSync(faultsFile, '{}');
  if (!(Number(options.rate) > 0 && Number(options.rate) <= 50))
    throw new Error('--rate takes a number above 0, 50 at most.');
  const port = options.port ? Number(options.port) : await freePort();
  if (!Number.isInteger(port) || !(await isFree(port)))
    throw new Error(
      `Port ${options.port} of 127.0.0.1 is taken. Choose another with --port, or leave it out.`,
    );
  const [databasePort, prometheusPort, alertmanagerPort] = [
    await freePort(),
    await freePort(),
    await freePort(),
  ];
  const { ports } = await planWorld();

  const database = await step('Postgres', () => startPostgres(processes, folder, databasePort));
  await step('Migrations', () => migrate(database.url, root));
  const secrets = await step('People and tokens', () => seed(database.url));
  const alertmanagerUrl = await step('Alertmanager', () =>
    startAlertmanager(processes, folder, cache, alertmanagerPort, {
      url: `http://127.0.0.1:${port}/api/webhooks/alertmanager`,
      token: secrets.webhookToken,
    }),
  );
  const own = ownBackends(process.env);
  const targets = {
    throughline: { address: `127.0.0.1:${port}`, path: '/api/metrics' },
    ...targetsOf(ports),
  };
  const scraped = writeTargets(folder, targets);
  const prometheusUrl =
    own.prometheusUrl ??
    (await step('Prometheus', () =>
      startPrometheus(processes, folder, cache, prometheusPort, targets, {
        alertmanagers: [alertmanagerPort],
        rules: writeDemoRules(root, folder),
      }),
    ));
  if (own.prometheusUrl)
    console.log(`  Your Prometheus has to scrape ${scraped} (file_sd_configs)`);
  const exporters = own.exporters(`http://127.0.0.1:${port}`);
  const start = options.dev ? startDevelopmentPortal : startPortal;
  const portal = await step('Portal', () =>
    start(processes, root, port, {
      DATABASE_URL: database.url,
      METRICS_SOURCE: 'prometheus',
      SCRAPE_SECONDS: '5',
      PROMETHEUS_URL: prometheusUrl,
      ALERT_SOURCES: JSON.stringify([
        {
          name: 'demo',
          kind: 'alertmanager',
          tokens: [secrets.webhookToken],
          peers: [alertmanagerUrl],
          watchdogSeconds: 60,
        },
        // Tells of no end by itself and cannot be asked: what it sends can be resolved by hand.
        { name: 'grafana', kind: 'grafana', tokens: [secrets.webhookToken] },
      ]),
      ...own.portal(),
      ...exporters,
    }),
  );
  const running = (world = await step('Shop, queue, worker, runner', () =>
    startWorld(processes, root, ports, exporters, faultsFile),
  ));
  startLoad(processes, root, running.urls, Number(options.rate));
  const ids = await step('Three requests worth a look', () =>
    examples(running, portal.url, secrets.token),
  );

  const state = {
    url: portal.url,
    user: secrets.user,
    password: secrets.password,
    token: secrets.token,
    webhookToken: secrets.webhookToken,
    ids,
    services: running.urls,
    prometheusUrl,
    alertmanagerUrl,
    databaseUrl: database.url,
    otlp: {
      traces: exporters.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT,
      logs: exporters.OTEL_EXPORTER_OTLP_LOGS_ENDPOINT,
    },
  };
  writeFileSync(join(folder, 'state.json'), `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  console.log(`
  Open      ${state.url}
  Sign in   ${state.user}   ${state.password}

  Paste an id:
    healthy        ${ids.healthy}
    failed         ${ids.failed}
    asynchronous   ${ids.asynchronous}

  Alerts    ${state.url}/alerts   shows one within two minutes: inventory fails now and then.
  Another:  bin/demo --fault error-burst=on      checkout fails, within a minute
            bin/demo --fault slow-dependency=on  payments is slow, within two
  Dashboards ${state.url}/dashboards/application
  Ctrl-C ends all of it; the data stays in .demo (bin/demo --reset clears it).
`);
}

function switchFaults(wanted: readonly string[]): void {
  const known: Record<string, boolean> = existsSync(faultsFile)
    ? (JSON.parse(readFileSync(faultsFile, 'utf8')) as Record<string, boolean>)
    : {};
  for (const word of wanted) {
    const [name, value] = word.split('=');
    if (!FAULTS.some((fault) => fault === name) || (value !== 'on' && value !== 'off')) {
      console.error(`Say NAME=on or NAME=off, with one of: ${FAULTS.join(', ')}`);
      process.exit(2);
    }
    known[name!] = value === 'on';
    console.log(`${name} is ${value}`);
  }
  writeFileSync(faultsFile, JSON.stringify(known));
}

interface Secrets {
  readonly user: string;
  readonly password: string;
  readonly token: string;
  readonly webhookToken: string;
}

/** The same credentials at every start on the same data; made once, and never in the repository. */
async function seed(databaseUrl: string): Promise<Secrets> {
  process.env.DATABASE_URL = databaseUrl;
  process.env.HOSTNAME = '127.0.0.1';
  const { hashPassword } = await import('@/lib/auth/password');
  const { principalOfToken, saveToken, saveUser } = await import('@/lib/auth/repository');
  const file = join(folder, 'secrets.json');
  const fresh: Secrets = {
    user: 'oncall',
    password: randomBytes(9).toString('base64url'),
    token: randomBytes(32).toString('base64url'),
    webhookToken: randomBytes(32).toString('base64url'),
  };
  const secrets: Secrets = {
    ...fresh,
    ...(existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Partial<Secrets>) : {}),
  };
  writeFileSync(file, JSON.stringify(secrets), { mode: 0o600 });
  await saveUser(secrets.user, await hashPassword(secrets.password), 'admin');
  if (!(await principalOfToken(secrets.token)))
    await saveToken('bin/demo', secrets.token, 'responder');
  return secrets;
}

/** Sends the three requests and waits until the portal has them whole. */
async function examples(
  running: World,
  url: string,
  token: string,
): Promise<{ healthy: string; failed: string; asynchronous: string }> {
  const send = async (path: string, body: object) => {
    const id = mintCorrelationId();
    await fetch(`${running.urls.edge}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-correlation-id': id },
      body: JSON.stringify(body),
    });
    return id;
  };
  // A service that just started is slower than it ever will be: not what "healthy" should show.
  for (let warm = 0; warm < 6; warm += 1) await send('/checkout', { sku: 'A-1', quantity: 2 });
  const ids = {
    healthy: await send('/checkout', { sku: 'A-1', quantity: 2 }),
    failed: await send('/checkout', { sku: 'B-2', quantity: 2 }),
    asynchronous: await send('/jobs', {
      repository: 'shop/checkout',
      commit: 'c0ffee1',
      workflow: 'release',
    }),
  };
  const lanes = async (id: string): Promise<number> => {
    const response = await fetch(`${url}/api/requests/${id}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    return response.ok ? ((await response.json()) as { lanes: unknown[] }).lanes.length : 0;
  };
  for (let tries = 0; tries < 100; tries += 1) {
    if (
      (await lanes(ids.healthy)) >= 2 &&
      (await lanes(ids.failed)) >= 1 &&
      (await lanes(ids.asynchronous)) >= 2
    )
      return ids;
    await pause(300);
  }
  throw new Error(
    `The example requests did not arrive in the portal. Logs are in ${join(folder, 'logs')}`,
  );
}
