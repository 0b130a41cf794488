import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { sendSpans, traceBody } from './spans';
import { pause, quantile, type World } from './world';
import { row } from './row';

const BATCH = 500;
const RATE = 5_000;
const SECONDS = 60;
const FLOOR_SECONDS = 10;
const AT_ONCE = 8;

/**
 * Sustained intake beside the demo, then at full speed against bare set-based inserts of the same
 * rows.
 */
export async function measureIntake({
  otlp: { traces: url },
  databaseUrl,
}: World): Promise<string[]> {
  const bodies = Array.from(
    { length: (RATE / BATCH) * SECONDS },
    () => traceBody(BATCH, `intake-${randomBytes(6).toString('hex')}`).body,
  );
  const latencies: number[] = [];
  let refused = 0;
  const under: Promise<void>[] = [];
  const began = performance.now();
  for (const [index, body] of bodies.entries()) {
    await pause(Math.max(0, began + index * ((BATCH / RATE) * 1000) - performance.now()));
    const sent = performance.now();
    under.push(
      sendSpans(url, body).then((status) => {
        latencies.push(performance.now() - sent);
        if (status !== 200) refused += 1;
      }),
    );
  }
  await Promise.all(under);
  const took = (performance.now() - began) / 1000;
  const sustained = ((bodies.length - refused) * BATCH) / took;

  const more = Array.from(
    { length: 240 },
    () => traceBody(BATCH, `intake-${randomBytes(6).toString('hex')}`).body,
  );
  const full = await flatOut(
    more.length,
    async (index) => void (await sendSpans(url, more[index]!)),
  );
  const pool = new pg.Pool({ connectionString: databaseUrl, max: AT_ONCE });
  await pool.query(
    `CREATE TABLE IF NOT EXISTS bench_spans (
       start_ns bigint,
       end_ns bigint,
       trace_id bytea,
       span_id bytea,
       correlation_id text,
       service text,
       name text,
       detail text,
       PRIMARY KEY (trace_id, span_id, start_ns)
     )`,
  );
  await pool.query(
    'CREATE INDEX IF NOT EXISTS bench_spans_id ON bench_spans (correlation_id, start_ns)',
  );
  const detail = JSON.stringify({
    attributes: Object.fromEntries(
      Array.from({ length: 15 }, (_, number) => [
        `attribute.number.${number}`,
        `value 123 of ${number}`,
      ]),
    ),
  });
  const rows = Array.from({ length: 240 }, () =>
    Array.from({ length: BATCH }, () => randomBytes(24).toString('hex')),
  );
  const floor = await flatOut(rows.length, async (index) => {
    const ids = rows[index]!;
    await pool.query(
      `INSERT INTO bench_spans
       SELECT
         start_ns,
         start_ns + 3000000,
         decode(substr(ids, 1, 32), 'hex'),
         decode(substr(ids, 33, 16), 'hex'),
         correlation_id,
         'edge',
         'operation 7',
         detail
       FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[])
         AS spans(start_ns, ids, correlation_id, detail)
       ON CONFLICT DO NOTHING`,
      [
        ids.map((_, each) => String(BigInt(Date.now()) * 1_000_000n + BigInt(each))),
        ids,
        ids.map(() => `bench-${index}`),
        ids.map(() => detail),
      ],
    );
  });
  await pool.query('DROP TABLE bench_spans');
  await pool.end();
  return [
    row(
      `embedded intake, ${RATE} spans/s wanted for ${SECONDS} s, 15 attributes, beside the demo`,
      `${sustained.toFixed(0)} spans/s, ${refused} refused; answered after commit in ` +
        `${quantile(latencies, 0.5).toFixed(0)} ms (p99 ${quantile(latencies, 0.99).toFixed(0)})`,
      '',
      '',
      String(RATE),
    ),
    row(
      `embedded intake at full speed, ${AT_ONCE} connections`,
      `${full.toFixed(0)} spans/s`,
      `bare set-based inserts: ${floor.toFixed(0)} rows/s`,
      `${(full / floor).toFixed(2)}`,
      '0.4',
    ),
  ];
}

/** Rows a second of closed-loop work. */
async function flatOut(batches: number, work: (index: number) => Promise<void>): Promise<number> {
  let [next, done] = [0, 0];
  const began = performance.now();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (next < batches && performance.now() - began < FLOOR_SECONDS * 1000) {
        await work(next++);
        done += 1;
      }
    }),
  );
  return (done * BATCH) / ((performance.now() - began) / 1000);
}
