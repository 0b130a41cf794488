import { join } from 'node:path';
import { startPortal } from '../bin/parts/portal';
import { freePort, Processes } from '../bin/parts/processes';
import { FAULTS, type Fault } from '@/lib/http/faults.fixture';
import { listening } from '@/lib/http/listening.fixture';
import { sendRequest } from './spans';
import { quantile, root, type World } from './world';
import { row } from './row';

const TRIES = 100;
const AT_ONCE = 5;
const DEADLINE_MS = 5_000;
const WANTED_MS = 300;
/** A fault of each kind: no answer, half an answer, too much of one, and nobody there. */
const MEASURED: readonly Fault[] = [
  'hangs',
  'drips',
  'resets in mid-body',
  'sends a gzip bomb',
  'answers 503 all the time',
];

/**
 * A page whose logs source is not what it should be: how much longer than its deadline the view
 * takes, and that the rest is there.
 */
export async function measureFaults({
  databaseUrl,
  token,
  prometheusUrl,
  otlp,
}: World): Promise<string[]> {
  const id = await sendRequest(otlp.traces, 100);
  const lines: string[] = [];
  for (const fault of MEASURED) {
    const server = await listening(FAULTS[fault]);
    const processes = new Processes(join(root, '.cache/bench-faults'), () => {});
    try {
      const portal = await startPortal(processes, root, await freePort(), {
        DATABASE_URL: databaseUrl,
        METRICS_SOURCE: 'prometheus',
        PROMETHEUS_URL: prometheusUrl,
        LOGS_SOURCE: 'loki',
        LOKI_URL: server.url,
        LOG_LEVEL: 'silent',
      });
      const over: number[] = [];
      let whole = 0;
      const one = async () => {
        const began = performance.now();
        const view = (await (
          await fetch(`${portal.url}/api/requests/${id}`, {
            headers: { authorization: `Bearer ${token}` },
          })
        ).json()) as {
          spanCount: number;
          complete: boolean;
          ledger: { signal: string; state: string }[];
        };
        over.push(Math.max(0, performance.now() - began - DEADLINE_MS));
        if (
          view.spanCount === 100 &&
          view.complete &&
          view.ledger.every((entry) => (entry.signal === 'logs') === (entry.state === 'failed'))
        )
          whole += 1;
      };
      await one();
      over.length = whole = 0;
      for (let done = 0; done < TRIES; done += AT_ONCE)
        await Promise.all(Array.from({ length: AT_ONCE }, one));
      const worst = Math.max(...over);
      lines.push(
        row(
          `Loki ${fault}: time over the deadline of 5 s, ${TRIES} tries, ${AT_ONCE} at once`,
          `worst ${worst.toFixed(0)} ms (p95 ${quantile(over, 0.95).toFixed(0)}); ` +
            `${whole} of ${TRIES} complete but for the logs`,
          'the deadline',
          '',
          `${WANTED_MS} ms`,
        ),
      );
    } finally {
      await processes.end();
      await server.close();
    }
  }
  return lines;
}
