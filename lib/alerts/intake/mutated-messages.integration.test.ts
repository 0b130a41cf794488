import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { alertPool } from '@/lib/db/pool';
import { processDeliveries } from './process-deliveries';
import { clearAlerts, endAlerts, post, useAlerts } from './alerts.fixture';

beforeAll(() =>
  useAlerts(inject('databaseUrl'), {
    ALERT_CHANNELS: JSON.stringify([
      { name: 'chat', kind: 'slack', url: 'http://127.0.0.1:9/none' },
    ]),
  }),
);
beforeEach(clearAlerts);
afterAll(endAlerts);

const folder = join(import.meta.dirname, 'fixtures');
const recordings = readdirSync(folder)
  .filter((name) => name.startsWith('webhook-'))
  .map(
    (name) =>
      [
        name,
        JSON.parse(readFileSync(join(folder, name), 'utf8')) as {
          request?: { body: { alerts: unknown[] } };
        },
      ] as const,
  )
  .filter(([, recording]) => recording.request);

/** Stored when it was answered, so whatever it says has to be read without a fault of ours. */
async function expectAllRead(): Promise<void> {
  await processDeliveries();
  const { rows } = await alertPool().query<{ left: bigint; faults: bigint }>(
    `SELECT (SELECT count(*) FROM alert_deliveries WHERE processed_at IS NULL) AS left,
            (SELECT count(*) FROM alert_quarantine WHERE reason LIKE 'could not be%') AS faults`,
  );
  expect(rows).toEqual([{ left: 0n, faults: 0n }]);
}

const values = fc.oneof(
  fc.constant(null),
  fc.integer(),
  fc.double(),
  fc.string({ unit: 'binary' }),
  fc.boolean(),
  fc.constant([]),
  fc.constant({}),
  fc.constant('\u0000'),
  fc.constant('0001-01-01T00:00:00Z'),
  fc.constant('9999-99-99T00:00:00Z'),
  fc.constantFrom('__proto__', 'constructor', 'FIRING', '2026-11-25 03:20:00', 1e300, -1),
  fc.constant('x'.repeat(100_000)),
);
/** Messages like these with some of their parts changed, removed or added, some cut to pieces. */
const mutated = (bases: readonly string[]) =>
  fc
    .tuple(
      fc.constantFrom(...bases),
      fc.array(fc.tuple(fc.nat(), values, fc.constantFrom('set', 'remove', 'add')), {
        minLength: 1,
        maxLength: 4,
      }),
      fc.option(fc.tuple(fc.nat(), fc.string({ maxLength: 3 })), { nil: undefined }),
    )
    .map(([base, changes, cut]) => {
      let body: unknown = JSON.parse(base);
      for (const [at, value, how] of changes) body = mutate(body, at, value, how);
      const text = JSON.stringify(body) ?? '';
      return cut
        ? text.slice(0, cut[0] % (text.length + 1)) +
            cut[1] +
            text.slice(cut[0] % (text.length + 1))
        : text;
    });

/** Posts so many times fifty; how many of each status came back. */
async function postMutated(
  kind: Parameters<typeof post>[0],
  bases: readonly string[],
  headers: Record<string, string> | undefined,
  numRuns: number,
): Promise<ReadonlyMap<number, number>> {
  const statuses = new Map<number, number>();
  const fifty = fc.array(mutated(bases), { minLength: 50, maxLength: 50 });
  await fc.assert(
    fc.asyncProperty(fifty, async (bodies) => {
      const answers = await Promise.all(bodies.map((body) => post(kind, body, headers)));
      for (const { status } of answers) {
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        expect([200, 400]).toContain(status);
      }
    }),
    { numRuns },
  );
  expect([...statuses.values()].reduce((sum, count) => sum + count, 0)).toBe(50 * numRuns);
  return statuses;
}

test('5,000 mutated messages are 2xx or 4xx, never 5xx, never a hang, and all that was taken is read', async () => {
  const bases = recordings.map(([, { request }]) => JSON.stringify(request!.body));
  const statuses = await postMutated('alertmanager', bases, undefined, 100);
  expect(statuses.get(200)).toBeGreaterThan(500);
  await expectAllRead();
}, 300_000);

test.each([
  [
    'google-cloud-monitoring',
    { authorization: 'Bearer google-token-of-tests' },
    {
      version: '1.2',
      incident: {
        incident_id: '0.mabc',
        scoping_project_id: 'p',
        scoping_project_number: 5,
        url: 'http://console',
        started_at: 1_795_576_800,
        ended_at: null,
        state: 'open',
        severity: 'Critical',
        summary: 's',
        observed_value: '1.0',
        resource: { type: 'r', labels: { service_name: 'checkout' } },
        metric: { type: 'm', displayName: 'M', labels: { a: 'b' } },
        policy_name: 'Errors',
        policy_user_labels: { team: 'shop' },
        documentation: { content: 'look', mime_type: 'text/markdown' },
        condition_name: 'c',
        threshold_value: '0.5',
      },
    },
  ],
  [
    'grafana',
    { authorization: 'Bearer grafana-token-of-tests' },
    {
      version: '1',
      orgId: 1,
      state: 'alerting',
      receiver: 'portal',
      groupKey: '{}/{a="b"}:{}',
      externalURL: 'http://grafana',
      truncatedAlerts: 0,
      alerts: [
        {
          status: 'firing',
          labels: { alertname: 'DatasourceNoData', rulename: 'Latency', severity: 'P1' },
          annotations: { Error: 'no' },
          startsAt: '2026-11-25T05:20:00+02:00',
          endsAt: '0001-01-01T00:00:00Z',
          fingerprint: 'a1',
          values: { B: 22 },
          generatorURL: 'http://grafana/rule',
        },
      ],
    },
  ],
] as const)(
  '1,000 mutated messages of %s likewise',
  async (kind, headers, base) => {
    const statuses = await postMutated(kind, [JSON.stringify(base)], headers, 20);
    expect(statuses.get(200)).toBeGreaterThan(100);
    await expectAllRead();
  },
  300_000,
);

/** Changes the value at a place counted over all places of the tree. */
function mutate(body: unknown, at: number, value: unknown, how: 'set' | 'remove' | 'add'): unknown {
  const places: [object, string][] = [];
  const visit = (node: unknown) => {
    if (typeof node !== 'object' || node === null) return;
    for (const key of Object.keys(node)) {
      places.push([node, key]);
      visit((node as Record<string, unknown>)[key]);
    }
  };
  visit(body);
  if (places.length === 0) return value;
  const [parent, key] = places[at % places.length]!;
  if (how === 'remove') delete (parent as Record<string, unknown>)[key];
  else if (how === 'add') (parent as Record<string, unknown>)[`${key}X`] = value;
  else (parent as Record<string, unknown>)[key] = value;
  return body;
}
