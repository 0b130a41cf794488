import pg from 'pg';

/**
 * The least a route of the same build can do with a message of Alertmanager: parse it, and one bare
 * upsert. Laid into a build only to be measured (bench/webhooks.ts).
 */
const holder = globalThis as { floorPool?: pg.Pool };
const pool = () =>
  (holder.floorPool ??= new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 16 }));

interface Alert {
  readonly fingerprint: string;
  readonly status: string;
  readonly startsAt: string;
  readonly labels: object;
  readonly annotations: object;
}

export async function POST(request: Request): Promise<Response> {
  const text = await request.text();
  const { alerts, receiver } = JSON.parse(text) as { alerts: Alert[]; receiver: string };
  await pool().query({
    name: 'floor',
    text: `
      WITH delivery AS (
        INSERT INTO bench_deliveries (receiver, body)
        VALUES ($1, $2)
      )
      INSERT INTO bench_alerts
      SELECT *
      FROM unnest($3::text[], $4::text[], $5::timestamptz[], $6::jsonb[], $7::jsonb[])
      ORDER BY 1
      ON CONFLICT (fingerprint, starts_at) DO UPDATE SET status = excluded.status`,
    values: [
      receiver,
      text,
      alerts.map((each) => each.fingerprint),
      alerts.map((each) => each.status),
      alerts.map((each) => each.startsAt),
      alerts.map((each) => JSON.stringify(each.labels)),
      alerts.map((each) => JSON.stringify(each.annotations)),
    ],
  });
  return Response.json({ status: 'ok' });
}
