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

test('5,000 mutated messages are 2xx or 4xx, never 5xx, never a hang, and all that was taken is read', async () => {
  const bases = recordings.map(([, { request }]) => JSON.stringify(request!.body));
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
    fc.constant('x'.repeat(100_000)),
  );
  const mutated = fc
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
  const statuses = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(fc.array(mutated, { minLength: 50, maxLength: 50 }), async (bodies) => {
      for (const { status } of await Promise.all(
        bodies.map((body) => post('alertmanager', body)),
      )) {
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        expect([200, 400]).toContain(status);
      }
    }),
    { numRuns: 100 },
  );
  expect([...statuses.values()].reduce((sum, count) => sum + count, 0)).toBe(5_000);
  expect(statuses.get(200)).toBeGreaterThan(500);
  await processDeliveries();
  const { rows } = await alertPool().query<{ left: bigint }>(
    'SELECT count(*) AS left FROM alert_deliveries WHERE processed_at IS NULL',
  );
  expect(rows[0]!.left).toBe(0n);
}, 300_000);

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
