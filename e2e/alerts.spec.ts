import { demo, expect, test, type Portal } from './portal';

/** A message as Alertmanager sends it, straight to the webhook. */
async function deliver(
  alerts: readonly object[],
  kind: 'alertmanager' | 'grafana' = 'alertmanager',
  becomes?: 'firing' | 'resolved',
): Promise<void> {
  const { url, webhookToken } = demo();
  const body = {
    version: '4',
    status: 'firing',
    receiver: 'portal',
    groupKey: '{}:{}',
    externalURL: 'http://am-test:9093',
    truncatedAlerts: 0,
    alerts,
  };
  const answer = await fetch(`${url}/api/webhooks/${kind}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${webhookToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(200);
  // Stored when it was answered, read soon after.
  for (const { status, labels } of alerts as { status: string; labels: { alertname?: string } }[]) {
    if (!labels.alertname) continue;
    await expect
      .poll(async () =>
        (
          (await (
            await fetch(`${url}/api/alerts?state=all&q=${labels.alertname}`, {
              headers: { authorization: `Bearer ${demo().token}` },
            })
          ).json()) as { episodes: { state: string }[] }
        ).episodes.some(
          ({ state }) => ((becomes ?? status) === 'resolved') === (state === 'resolved'),
        ),
      )
      .toBe(true);
  }
}
const started = Date.now();
const alert = (
  name: string,
  status: 'firing' | 'resolved' = 'firing',
  more: Record<string, string> = {},
) => ({
  status,
  labels: { alertname: name, severity: 'critical', service: 'inventory', ...more },
  annotations: { summary: `${name} of the tests`, runbook_url: 'javascript:alert(1)' },
  startsAt: new Date(started).toISOString(),
  endsAt: status === 'resolved' ? new Date(started + 5_000).toISOString() : '0001-01-01T00:00:00Z',
  generatorURL: 'javascript:alert(2)',
  fingerprint: `e2e-${name.toLowerCase()}`,
});
const row = (portal: Portal, name: string) =>
  portal.page.getByRole('row', { name: new RegExp(name) });

async function openEpisode(portal: Portal, name: string): Promise<void> {
  await portal.page.goto(`${portal.url}/alerts?q=${name}&state=all`);
  await row(portal, name).first().getByRole('link').click();
  await portal.page.getByTestId('episode').waitFor();
}

test('the demo shows a real alert within two minutes: rule, Prometheus, Alertmanager, portal', async ({
  portal,
}) => {
  test.setTimeout(150_000);
  await portal.page.goto(`${portal.url}/alerts`);
  await expect(row(portal, 'ReservationsRefusedHigh')).toBeVisible({ timeout: 120_000 });
  await row(portal, 'ReservationsRefusedHigh').getByRole('link').click();
  await expect(portal.page.getByTestId('impact')).toContainText(
    /\d.*of inventory requests fail \(\d+ of [\d,]+/,
    { timeout: 40_000 },
  );
  // Affected requests are counted from before it fired.
  await expect(portal.page.getByTestId('affected-requests')).toContainText(
    'inventory reserve: StockConflictError',
  );
  await expect(portal.page.getByTestId('rule').locator('.recharts-line').first()).toBeVisible();
  await expect(portal.page.getByTestId('rule')).toContainText(/fired \d\d:\d\d/);
  await expect(portal.page.getByTestId('timeline')).toContainText('evidence kept');
  await portal.accessible();
});

test('the evidence of an episode opens as a request page that says it is frozen', async ({
  portal,
}) => {
  await openEpisode(portal, 'ReservationsRefusedHigh');
  await portal.page.getByTestId('evidence').locator('summary').first().click();
  await portal.page.getByTestId('evidence').getByRole('link').first().click();
  await portal.complete();
  await expect(portal.page.getByText(/Kept since \d{4}-\d\d-\d\d \d\d:\d\d UTC/)).toBeVisible();
  await expect(portal.verdict).toContainText('StockConflictError');
});

test('the request page shows what fired around it, and who has it', async ({ portal }) => {
  await portal.open(demo().ids.failed, '?tab=metrics');
  await expect(portal.ledger).toContainText('around the request');
  await expect(portal.page.getByTestId('bands')).toContainText('ReservationsRefusedHigh');
});

test('acknowledged with the keyboard, with a note and until when; undone within ten seconds', async ({
  portal,
}) => {
  await deliver([alert('KeyboardTest')]);
  await portal.page.goto(`${portal.url}/alerts?q=KeyboardTest`);
  await row(portal, 'KeyboardTest').focus();
  await portal.page.keyboard.press('a');
  const dialog = portal.page.getByRole('dialog', { name: 'Acknowledge KeyboardTest' });
  await expect(dialog).toContainText('does not acknowledge PagerDuty');
  await dialog.getByLabel('Note (optional)').fill('looking at it');
  await portal.accessible();
  await dialog.getByRole('button', { name: 'Acknowledge' }).click();
  await expect(row(portal, 'KeyboardTest')).toContainText('acknowledged');
  await expect(row(portal, 'KeyboardTest')).toContainText(`⚑ ${demo().user}, until`);
  await portal.page.getByRole('button', { name: 'Undo' }).click();
  await expect(row(portal, 'KeyboardTest')).toContainText('firing');
  await openEpisode(portal, 'KeyboardTest');
  await expect(portal.page.getByTestId('timeline')).toContainText(
    `${demo().user} acknowledged“looking at it” until`,
  );
  await expect(portal.page.getByTestId('timeline')).toContainText(
    `${demo().user} took the acknowledgement back`,
  );
});

test('many are acknowledged at once, from the selection', async ({ portal }) => {
  await deliver(['BulkOne', 'BulkTwo', 'BulkThree'].map((name) => alert(name)));
  await portal.page.goto(`${portal.url}/alerts?q=Bulk`);
  await row(portal, 'BulkOne').focus();
  await portal.page.keyboard.press('x');
  await row(portal, 'BulkTwo').getByRole('checkbox').check();
  await portal.page
    .getByRole('region', { name: 'Selection' })
    .getByRole('button', { name: 'Acknowledge 2' })
    .click();
  await portal.page.getByRole('dialog').getByRole('button', { name: 'Acknowledge 2' }).click();
  await expect(row(portal, 'BulkTwo')).toContainText('acknowledged');
  await expect(row(portal, 'BulkThree')).toContainText('firing');
});

test('rows never jump: new alerts wait to be shown', async ({ portal }) => {
  await deliver([alert('JumpFirst')]);
  await portal.page.goto(`${portal.url}/alerts?q=Jump`);
  await expect(row(portal, 'JumpFirst')).toBeVisible();
  await deliver([alert('JumpSecond')]);
  await expect(portal.page.getByRole('button', { name: '1 new alert. Show.' })).toBeVisible();
  await expect(row(portal, 'JumpSecond')).toHaveCount(0);
  await portal.page.getByRole('button', { name: '1 new alert. Show.' }).click();
  await expect(row(portal, 'JumpSecond')).toBeVisible();
  await deliver([alert('JumpFirst', 'resolved')]);
  // It is over, and stands where it stood.
  await expect(row(portal, 'JumpFirst')).toContainText('no longer matches');
});

test('what resolves asks what fixed it, live, and shows the answer', async ({ portal }) => {
  await deliver([alert('FixTest')]);
  await openEpisode(portal, 'FixTest');
  await expect(portal.page.getByRole('button', { name: 'Acknowledge' })).toBeVisible();
  await deliver([alert('FixTest', 'resolved')]);
  await expect(portal.page.getByText('What fixed it?')).toBeVisible();
  await portal.page.getByLabel('What fixed it?').fill('restocked B-2');
  await portal.page.getByRole('button', { name: 'Save' }).click();
  await expect(portal.page.getByText('“restocked B-2”')).toBeVisible();
  // Links of an alert are opened only where a browser may.
  await expect(portal.page.locator('a[href^="javascript"]')).toHaveCount(0);
});

test('an episode whose source cannot tell its end is resolved by hand, and is not silenced', async ({
  portal,
}) => {
  await deliver([alert('HandTest')], 'grafana');
  await openEpisode(portal, 'HandTest');
  await expect(portal.page.getByRole('button', { name: 'Silence' })).toHaveCount(0);
  await portal.page.getByRole('button', { name: 'Resolve' }).click();
  const dialog = portal.page.getByRole('dialog', { name: 'Resolve HandTest' });
  await expect(dialog).toContainText('If grafana reports it again, it fires again here.');
  await dialog.getByLabel('Note (optional)').fill('the sender is gone');
  await portal.accessible();
  await dialog.getByRole('button', { name: 'Resolve' }).click();
  await expect(portal.page.getByTestId('episode')).toHaveAttribute('data-state', 'resolved');
  await expect(portal.page.getByTestId('timeline')).toContainText(
    `${demo().user} resolved it“the sender is gone”`,
  );
  await expect(portal.page.getByRole('button', { name: 'Resolve' })).toHaveCount(0);
  await deliver([alert('HandOther')]);
  await openEpisode(portal, 'HandOther');
  await expect(portal.page.getByText('ends when demo says so')).toBeVisible();
  await expect(portal.page.getByRole('button', { name: 'Resolve' })).toHaveCount(0);
  await expect(portal.page.getByRole('button', { name: 'Silence' })).toBeVisible();
});

test('a test notification is marked, and is over', async ({ portal }) => {
  const test = { alertname: 'TestAlert', instance: 'Grafana', severity: 'P1' };
  await deliver([{ ...alert('TestAlert'), labels: test }], 'grafana', 'resolved');
  await openEpisode(portal, 'TestAlert');
  await expect(portal.page.getByTestId('episode')).toHaveAttribute('data-state', 'resolved');
  await expect(portal.page.getByText('A test notification of grafana')).toBeVisible();
  await portal.accessible();
  await portal.page.goto(`${portal.url}/sources`);
  await expect(portal.page.getByRole('columnheader', { name: 'Last test' }).first()).toBeVisible();
});

test('a filter is in the URL; without a match it says how many are hidden', async ({ portal }) => {
  await deliver([alert('FilterTest')]);
  await portal.page.goto(`${portal.url}/alerts`);
  await portal.page.getByLabel('Service').fill('nobody');
  await portal.page.getByRole('button', { name: 'Filter', exact: true }).click();
  await expect(portal.page).toHaveURL(/service=nobody/);
  await expect(portal.page.getByText(/No match; \d+ firing are hidden\./)).toBeVisible();
  await portal.page.getByRole('button', { name: 'Clear filters' }).click();
  await expect(portal.page).not.toHaveURL(/service=/);
  await portal.page.getByLabel('Group').selectOption('name');
  await expect(portal.page).toHaveURL(/group=name/);
  await expect(row(portal, 'FilterTest').first()).toBeVisible();
});

test('a webhook is never redirected, whatever is added to its path', async () => {
  const { url, webhookToken } = demo();
  for (const path of [
    '/api/webhooks/alertmanager',
    '/api/webhooks/alertmanager/',
    '/api/webhooks/alertmanager?from=here',
  ]) {
    const answer = await fetch(url + path, {
      method: 'POST',
      redirect: 'manual',
      headers: { authorization: `Bearer ${webhookToken}`, 'content-type': 'application/json' },
      body: '{"alerts":[]}',
    });
    expect([path, answer.status]).toEqual([path, 200]);
  }
});

test('home shows what fires now', async ({ portal }) => {
  await expect(portal.page.getByTestId('firing')).toContainText(/nobody on it|⚑/);
  await expect(portal.page.getByRole('link', { name: /^Alerts \d+$/ })).toBeVisible();
});

test('sources prove that alerts arrive, and quarantine shows what could not be read', async ({
  portal,
}) => {
  await deliver([{ status: 'firing', labels: 'nonsense' }]);
  await portal.page.goto(`${portal.url}/sources`);
  await expect(portal.page.getByRole('table', { name: 'Alert sources' })).toContainText('demo');
  await expect(
    portal.page.getByRole('table', { name: 'Reconciled with Alertmanager' }),
  ).toBeVisible();
  await portal.accessible();
  await portal.page.getByRole('link', { name: /in quarantine/ }).click();
  await expect(portal.page.getByRole('cell', { name: /labels/ }).first()).toBeVisible();
  await portal.accessible();
});

for (const width of [1440, 390]) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`the list and an episode are accessible and fit, ${width} wide, ${colorScheme}`, async ({
      portal,
    }) => {
      await deliver([alert('LooksTest')]);
      await portal.page.setViewportSize({ width, height: 844 });
      await portal.page.emulateMedia({ colorScheme });
      await portal.page.goto(`${portal.url}/alerts`);
      await portal.page.getByTestId('alerts').getByRole('row').first().waitFor();
      await portal.accessible();
      expect(
        await portal.page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth),
      ).toBe(true);
      await openEpisode(portal, 'LooksTest');
      await portal.accessible();
      expect(
        await portal.page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth),
      ).toBe(true);
      const button = await portal.page
        .getByRole('button', { name: 'Acknowledge', exact: true })
        .boundingBox();
      // With one thumb: on the screen without scrolling, and large enough.
      expect(button!.y + button!.height).toBeLessThanOrEqual(844);
      if (width === 390) expect(button!.height).toBeGreaterThanOrEqual(44);
    });
  }
}
