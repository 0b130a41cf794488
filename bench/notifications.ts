import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '@/lib/db/migrate';
import { startPortal } from '../bin/parts/portal';
import { startPostgres } from '../bin/parts/postgres';
import { freePort, Processes } from '../bin/parts/processes';
import { pause, root } from './world';

const ALERTS = 100;
const HANG_MS = 40_000;
/** After the first message hangs, one more alert begins: at once, in the middle, near the end. */
const MORE_AFTER_MS = [1_000, 15_000, 30_000];
/** A channel hears of an alert at once; what it takes beyond that is measured. */
const OWN_WAIT_MINUTES = 0;
const LONGEST_MS = 120_000;
const TOKEN = 'a-token-for-the-bench-only';

const alertBody = (name: string, startMs: number) => ({
  status: 'firing',
  labels: { alertname: name, severity: 'critical' },
  annotations: { summary: `${name} is wrong` },
  startsAt: new Date(startMs).toISOString(),
  endsAt: '0001-01-01T00:00:00Z',
  generatorURL: '',
  fingerprint: name.toLowerCase(),
});

async function deliver(url: string, alerts: readonly object[]): Promise<void> {
  const { status } = await fetch(`${url}/api/webhooks/alertmanager`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      version: '4',
      status: 'firing',
      receiver: 'portal',
      groupKey: '{}:{}',
      externalURL: 'http://am-0:9093',
      groupLabels: {},
      commonLabels: {},
      commonAnnotations: {},
      truncatedAlerts: 0,
      alerts,
    }),
  });
  if (status !== 200) throw new Error(`the portal answered ${status}`);
}

interface Message {
  readonly name?: string;
  readonly worst?: readonly { readonly name: string }[];
}

/** Two channels: one takes what it gets, one answers nothing until `HANG_MS` after its first message. */
interface Channels {
  readonly server: Server;
  readonly port: number;
  /** When the channel that hangs got its first message. */
  readonly hanging: Promise<void>;
  /** Resolves when the channel that works hears of an alert. */
  heardOf(name: string): Promise<void>;
  readonly counts: { hanging: number; working: number };
}

async function startChannels(): Promise<Channels> {
  const heard = new Set<string>();
  const counts = { hanging: 0, working: 0 };
  let firstMs: number | undefined;
  let beginHanging = () => {};
  const hanging = new Promise<void>((done) => {
    beginHanging = done;
  });
  const take = (channel: string | undefined, message: Message, response: ServerResponse) => {
    if (channel === '/working') {
      counts.working += 1;
      for (const name of [message.name, ...(message.worst ?? []).map((each) => each.name)])
        if (name !== undefined) heard.add(name);
      return void response.end();
    }
    counts.hanging += 1;
    firstMs ??= performance.now();
    beginHanging();
    const leftMs = firstMs + HANG_MS - performance.now();
    setTimeout(() => response.end(), Math.max(0, leftMs));
  };
  const server = createServer((request: IncomingMessage, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () =>
      take(request.url, JSON.parse(Buffer.concat(chunks).toString()) as Message, response),
    );
  });
  const port = await freePort();
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  const heardOf = async (name: string) => {
    const began = performance.now();
    while (!heard.has(name)) {
      if (performance.now() - began > LONGEST_MS) throw new Error(`nobody heard of ${name}`);
      await pause(10);
    }
  };
  return { server, port, hanging, heardOf, counts };
}

/** A hundred critical alerts, one of two channels hangs, then one more alert: when does the other channel hear of it? */
export async function measureNotifications(): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-bench-'));
  chmodSync(folder, 0o755);
  const processes = new Processes(folder, () => {});
  const channels = await startChannels();
  try {
    const database = await startPostgres(processes, folder, await freePort());
    await migrate(database.url, root);
    const { url } = await startPortal(processes, root, await freePort(), {
      LOG_LEVEL: 'error',
      DATABASE_URL: database.url,
      ALERT_SOURCES: JSON.stringify([{ name: 'bench', kind: 'alertmanager', tokens: [TOKEN] }]),
      ESCALATE_AFTER_MINUTES: `critical=${OWN_WAIT_MINUTES}`,
      ALERT_CHANNELS: JSON.stringify(
        ['hanging', 'working'].map((name) => ({
          name,
          kind: 'webhook',
          url: `http://127.0.0.1:${channels.port}/${name}`,
        })),
      ),
    });
    const startMs = Date.now() - 60_000;
    await deliver(
      url,
      Array.from({ length: ALERTS }, (_, index) => alertBody(`Storm${index}`, startMs)),
    );
    await channels.hanging;
    const hangsSince = performance.now();
    const waits: number[] = [];
    for (const [index, afterMs] of MORE_AFTER_MS.entries()) {
      await pause(hangsSince + afterMs - performance.now());
      // The oldest, so that a digest would name it.
      const began = performance.now();
      await deliver(url, [alertBody(`More${index}`, startMs - 3_600_000)]);
      await channels.heardOf(`More${index}`);
      waits.push(performance.now() - began);
    }
    const seconds = waits.map((ms) => (ms / 1000).toFixed(1));
    const { hanging, working } = channels.counts;
    return [
      `| ${ALERTS} critical alerts wait, one of two channels hangs for ${HANG_MS / 1000} s, then one more alert: the other channel hears of it | after ${Math.max(...waits.map((ms) => ms / 1000)).toFixed(1)} s at worst (${seconds.join(', ')}); ${working} messages to it, ${hanging} to the one that hangs | its own wait: ${OWN_WAIT_MINUTES} s |  | its own wait + 5 s |`,
    ];
  } finally {
    channels.server.closeAllConnections();
    channels.server.close();
    await processes.end();
    rmSync(folder, { recursive: true, force: true });
  }
}
