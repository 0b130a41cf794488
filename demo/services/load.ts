import { pause } from '../service/http';
import { log } from '../service/log';

/**
 * The bounded load: `DEMO_RATE` checkouts a second, one at a time beyond ten under way; a CI job
 * five times a minute; one in 40 wants too much of B-2.
 */
const RATE = Number(process.env.DEMO_RATE ?? 3);
const MAX_UNDER_WAY = 10;
const JOB_EVERY_MS = 12_000;
const REPOSITORIES = ['shop/inventory', 'shop/checkout', 'shop/checkout', 'shop/checkout'];
const SKUS = ['A-1', 'A-7', 'C-3', 'D-9'];

let underWay = 0;
let sent = 0;
let stopped = false;
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => (stopped = true));

const post = (path: string, body: unknown) =>
  fetch(`${process.env.EDGE_URL}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(15_000),
  });

/** A failed call is a fault that somebody switched on, or a service that is not up yet: the load goes on. */
const reportFailure = (path: string) => (error: unknown) => {
  const { name, message } = error as Error;
  log('warn', 'the call failed', { path, code: name, error: message });
};

async function checkout(): Promise<void> {
  underWay += 1;
  sent += 1;
  const sku = sent % 40 === 0 ? 'B-2' : SKUS[sent % SKUS.length]!;
  await post('/checkout', { sku, quantity: 2 })
    .then((response) => response.text())
    .catch(reportFailure('/checkout'));
  underWay -= 1;
}

async function jobs(): Promise<void> {
  for (let number = 1; !stopped; number += 1) {
    await post('/jobs', {
      repository: REPOSITORIES[number % REPOSITORIES.length]!,
      commit: (0xc0ffee + number).toString(16),
      workflow: number % 3 === 0 ? 'release' : 'test',
    }).catch(reportFailure('/jobs'));
    for (let waited = 0; waited < JOB_EVERY_MS && !stopped; waited += 500) await pause(500);
  }
}

void jobs();
while (!stopped) {
  if (underWay < MAX_UNDER_WAY) void checkout();
  await pause((1000 / RATE) * (0.6 + Math.random() * 0.8));
}
process.exit(0);
