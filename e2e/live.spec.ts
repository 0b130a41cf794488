import { gzipSync } from 'node:zlib';
import { demo, expect, test, viewOf } from './portal';

const post = (
  url: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
) =>
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });

function logs(correlationId: string, ...texts: string[]): string {
  const record = (text: string, index: number) => ({
    timeUnixNano: String(BigInt(Date.now()) * 1_000_000n + BigInt(index)),
    severityNumber: 9,
    body: { stringValue: text },
    attributes: [{ key: 'correlation_id', value: { stringValue: correlationId } }],
  });
  return JSON.stringify({
    resourceLogs: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'edge' } }] },
        scopeLogs: [{ logRecords: texts.map(record) }],
      },
    ],
  });
}

test('the failed request compared with a healthy one: what fails, and what was never called, comes first', async ({
  portal,
}) => {
  await portal.open(demo().ids.failed, '?tab=compare');
  const comparison = portal.page.getByTestId('comparison');
  await expect(comparison).toContainText(
    /Compared with a healthy request of .* UTC: .* here, .* there/,
  );
  await expect(
    comparison.getByRole('row', { name: /worker process orders consumer not seen here/ }),
  ).toBeVisible();
  await expect(
    comparison.getByRole('row', { name: /inventory .*fails here/ }).first(),
  ).toBeVisible();
  await portal.accessible();
});

test('compared with an id that nobody has seen the comparison says so', async ({ portal }) => {
  await portal.open(demo().ids.failed, '?tab=compare');
  const comparison = portal.page.getByTestId('comparison');
  await expect(comparison.getByRole('table')).toBeVisible();
  const unknown = await fetch(
    `${demo().url}/api/requests/${demo().ids.failed}/compare?with=nobody-ever-sent-this`,
    { headers: { authorization: `Bearer ${demo().token}` } },
  );
  expect(unknown.status).toBe(404);
  expect(await unknown.json()).toMatchObject({
    code: 'not_found',
    title: 'No span of the other request was found.',
  });
});

test('followed, a request shows a new line by itself', async ({ portal }) => {
  const id = `followed-${Date.now()}`;
  await post(demo().otlp.logs, logs(id, 'the first line'));
  await portal.open(id, '?tab=logs');
  await expect(portal.logs.getByRole('row')).toHaveCount(1);
  await portal.page.getByRole('button', { name: 'Follow' }).click();
  await post(demo().otlp.logs, logs(id, 'the second line', 'and a third'));
  await expect(portal.logs.getByRole('row')).toHaveCount(3);
  await expect(portal.logs).toContainText('and a third');
});

test('the context of a line is what its process logged just before and after', async ({
  portal,
}) => {
  const id = `around-${Date.now()}`;
  const now = BigInt(Date.now()) * 1_000_000n;
  const record = (text: string, own: boolean, index: number) => ({
    timeUnixNano: String(now + BigInt(index)),
    severityNumber: 9,
    body: { stringValue: text },
    attributes: own ? [{ key: 'correlation_id', value: { stringValue: id } }] : [],
  });
  const lines = JSON.stringify({
    resourceLogs: [
      {
        resource: {
          attributes: [{ key: 'service.name', value: { stringValue: `pool-of-${id}` } }],
        },
        scopeLogs: [
          {
            logRecords: [
              record('pool has 1 connection left', false, 0),
              record('order was refused', true, 1),
              record('pool was emptied', false, 2),
            ],
          },
        ],
      },
    ],
  });
  await post(demo().otlp.logs, lines);
  await portal.open(id, '?tab=logs');
  await portal.logs.getByRole('row', { name: /order was refused/ }).hover();
  await portal.page.getByRole('button', { name: 'Context' }).click();
  await expect(portal.page.getByTestId('log-context').getByRole('listitem')).toHaveText([
    /pool has 1 connection left/,
    /order was refused/,
    /pool was emptied/,
  ]);
  await portal.accessible();
  await portal.page.keyboard.press('Escape');
  await expect(portal.page.getByTestId('log-context')).toHaveCount(0);
});

test('an export larger than a megabyte is read whole, and one that is not OTLP is refused', async () => {
  test.skip(!demo().otlp.logs.startsWith(demo().url), 'here another server takes the logs');
  const id = `large-${Date.now()}`;
  const texts = Array.from({ length: 3000 }, (_, index) => `line ${index} ${'x'.repeat(400)}`);
  const body = new Uint8Array(gzipSync(logs(id, ...texts)));
  expect((await post(demo().otlp.logs, body, { 'content-encoding': 'gzip' })).status).toBe(200);
  expect((await viewOf(id)).logCount).toBe(3000);
  const broken = await post(demo().otlp.logs, `{"resourceLogs": [${'1,'.repeat(900_000)}`);
  expect(broken.status).toBe(400);
  expect(await broken.json()).toMatchObject({ message: 'The body is not an OTLP json message.' });
});
