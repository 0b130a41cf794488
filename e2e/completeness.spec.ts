import { demo, expect, test, viewOf } from './portal';

const IDS = 200;
const COUNTING = ['edge', 'checkout', 'inventory', 'payments', 'pricing', 'worker', 'runner'];

/** What the services say they gave to their exporters. */
async function emitted(id: string): Promise<{ spans: number; logs: number }> {
  const counts = await Promise.all(
    COUNTING.map(
      async (name) =>
        (await (await fetch(`${demo().services[name]}/emitted/${id}`)).json()) as {
          spans: number;
          logs: number;
        },
    ),
  );
  return counts.reduce(
    (sum, each) => ({ spans: sum.spans + each.spans, logs: sum.logs + each.logs }),
    { spans: 0, logs: 0 },
  );
}

test('two hundred requests in a row: every span and line that was emitted, none lost, none doubled', async () => {
  test.setTimeout(180_000);
  const ids: string[] = [];
  for (let sent = 0; sent < IDS; sent += 10) {
    const batch = Array.from(
      { length: 10 },
      (_, index) => `complete-${sent + index}-${Date.now()}`,
    );
    ids.push(...batch);
    await Promise.all(
      batch.map((id, index) =>
        fetch(`${demo().services.edge}/checkout`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-correlation-id': id },
          body: JSON.stringify({ sku: index === 3 ? 'B-2' : 'A-1', quantity: index === 7 ? 0 : 2 }),
        }).then((response) => response.text()),
      ),
    );
  }
  // The worker and the exporters have their own pace; what was emitted no longer grows when they
  // are done.
  await expect
    .poll(async () => (await viewOf(ids.at(-1)!)).spanCount, { timeout: 30_000 })
    .toBeGreaterThan(15);
  await new Promise((done) => setTimeout(done, 2500));
  const wrong: string[] = [];
  for (const id of ids) {
    const [view, truth] = [await viewOf(id), await emitted(id)];
    const unique = new Set(view.spans.map((span) => span.id)).size;
    if (
      view.spans.length !== truth.spans ||
      unique !== truth.spans ||
      view.logs.length !== truth.logs ||
      truth.spans === 0
    )
      wrong.push(
        `${id}: ${view.spans.length} of ${truth.spans} spans, ${view.logs.length} of ${truth.logs} lines`,
      );
  }
  expect(wrong).toEqual([]);
});
