import { demo, expect, Portal, test, viewOf } from './portal';

test('the failed request names its culprit, its attempts, and shows it', async ({ portal }) => {
  await portal.paste(demo().ids.failed);
  await portal.complete();
  await expect(portal.verdict).toHaveText(
    /^Failed: checkout answered 502 because inventory reserve threw StockConflictError in all 3 attempts: sku B-2: wanted 2, free 1\./,
  );
  await expect(portal.detail).toContainText('StockConflictError');
  await expect(portal.detail).toContainText('sku B-2: wanted 2, free 1');
  await expect(portal.row(/3 attempts, backoff \d+, \d+ ms/)).toBeVisible();
  await expect(portal.row(/checkout POST \/reserve, failed, .*, attempt 3 of 3/)).toHaveCount(1);
  await expect(portal.ledger.locator('[data-signal]')).toHaveCount(4);
  await expect(portal.ledger.locator('[data-signal=alerts]')).toHaveAttribute(
    'data-state',
    /ok|empty/,
  );
  // Against a Tempo the newest is not searchable yet: the page says so, and asks again.
  for (const signal of ['traces', 'logs', 'metrics'])
    await expect(portal.ledger.locator(`[data-signal=${signal}]`)).toHaveAttribute(
      'data-state',
      'ok',
      { timeout: 45_000 },
    );
});

test('the asynchronous request has two lanes, and tells the time in the queue', async ({
  portal,
}) => {
  await portal.open(demo().ids.asynchronous);
  await expect(portal.row(/^Lane \d of 2/)).toHaveCount(2);
  await expect(portal.row(/Lane 2 of 2, runner, .*waited .* in queue ci-jobs/)).toBeVisible();
  await expect(portal.verdict).toContainText(
    /Succeeded in .* runner RUN \S+ \S+ began after .* in queue ci-jobs/,
  );
});

test('the healthy request succeeded, with its spans on the critical path and its logs attached', async ({
  portal,
}) => {
  const view = await viewOf(demo().ids.healthy);
  expect(view.verdict.state).toBe('succeeded');
  expect(view.lanes.map((lane) => lane.service)).toEqual(['edge', 'worker']);
  expect(view.logs.every((log) => log.span !== null)).toBe(true);
  await portal.open(demo().ids.healthy);
  await expect(portal.verdict).toContainText('Succeeded in');
});

test.describe('anything pasted', () => {
  const forms: [string, (id: string) => string][] = [
    ['a log line', (id) => `{"level":"error","message":"no","correlation_id":"${id}"}`],
    ['a header', (id) => `x-correlation-id: ${id}`],
    ['a link', (id) => `https://portal.example/requests/${id}?span=1`],
  ];
  for (const [name, make] of forms) {
    test(`leads to the request: ${name}`, async ({ portal }) => {
      await portal.paste(make(demo().ids.failed));
      await portal.page.waitForURL(`**/requests/${demo().ids.failed}`);
    });
  }
  test('a trace id leads to the correlation id its spans carry', async ({ portal }) => {
    const view = await viewOf(demo().ids.failed);
    await portal.paste(`traceparent: 00-${view.lanes[0]!.id}-00f067aa0ba902b7-01`);
    await portal.page.waitForURL(`**/requests/${demo().ids.failed}`);
  });
  test('text without an id is answered in words, and stays', async ({ portal }) => {
    await portal.paste('it is broken again');
    await expect(
      portal.page.getByText('No id found. Ids have 8–128 letters, digits or . _ : -'),
    ).toBeVisible();
    await expect(portal.search).toHaveValue('it is broken again');
  });
  test('two ids are a choice', async ({ portal }) => {
    await portal.paste(`${demo().ids.failed} and ${demo().ids.healthy}`);
    await portal.page.getByRole('link', { name: demo().ids.healthy }).click();
    await portal.page.waitForURL(`**/requests/${demo().ids.healthy}`);
  });
});

test('an unknown id says what was asked, and keeps searching when told to', async ({ portal }) => {
  await portal.page.goto(`${portal.url}/requests/nobody-sent-this-id`);
  await expect(portal.page.getByTestId('empty')).toHaveText(
    /^Nothing found in (3|7) days; all sources answered\. Mistyped, sampled away, expired, or under 30 s old\.$/,
    { timeout: 15_000 },
  );
  await expect(portal.ledger).toContainText(/nothing in (3|7) d/);
  const asked = portal.page.waitForRequest(/api\/requests\/nobody-sent-this-id/, {
    timeout: 15_000,
  });
  await portal.page.getByRole('button', { name: 'Keep searching' }).click();
  await asked;
});

test('an id outside the grammar is refused in words', async ({ portal }) => {
  await portal.page.goto(`${portal.url}/requests/${encodeURIComponent('no good"')}`);
  await expect(portal.page.getByText('No id found.')).toBeVisible();
  const response = await fetch(`${portal.url}/api/requests/short`, {
    headers: { authorization: `Bearer ${demo().token}` },
  });
  expect([response.status, response.headers.get('content-type')]).toEqual([
    400,
    'application/problem+json',
  ]);
  expect(await response.json()).toMatchObject({ code: 'invalid_correlation_id' });
});

test('a link shows a colleague exactly the chosen span', async ({ portal }) => {
  await portal.open(demo().ids.failed);
  await portal.row(/^payments POST \/charge,/).click();
  await expect(portal.detail).toHaveAccessibleName('Details of payments POST /charge');
  await portal.page.goto(portal.page.url());
  await portal.complete();
  await expect(portal.detail).toHaveAccessibleName('Details of payments POST /charge');
});

test('a link shows a colleague everything that is seen', async ({ portal, browser }) => {
  await portal.open(demo().ids.failed);
  const { page } = portal;
  await page.getByRole('combobox', { name: 'Level' }).selectOption('error');
  await page.getByRole('combobox', { name: 'Service' }).selectOption('inventory');
  await page.getByRole('searchbox', { name: 'Find in logs' }).fill('stock');
  // On its bar: that pins the crosshair as well.
  await portal
    .row(/^payments POST \/charge,/)
    .locator('[data-track]')
    .click();
  await page.waitForURL(/at=/);
  await portal
    .row(/^inventory reserve,/)
    .first()
    .press('ArrowLeft');
  await page.waitForURL(/collapsed=/);
  await page.keyboard.press('+');
  await page.waitForURL(/zoom=/);
  await page.mouse.move(0, 0);
  const shown = async (seen: Portal) => ({
    rows: await seen.grid.ariaSnapshot(),
    logs: await seen.logs.ariaSnapshot(),
    crosshair: await seen.page.getByTestId('crosshair').innerText(),
    details: await seen.detail.getAttribute('aria-label'),
    tab: await seen.page.getByRole('tab', { selected: true }).innerText(),
    level: await seen.page.getByRole('combobox', { name: 'Level' }).inputValue(),
  });
  const before = await shown(portal);
  expect(before.details).toBe('Details of payments POST /charge');

  // The colleague is signed out: the link leads to sign-in, and back to the same.
  const colleague = new Portal(await (await browser.newContext()).newPage());
  await colleague.page.goto(page.url());
  await colleague.page.getByLabel('Name').fill(demo().user);
  await colleague.page.getByLabel('Password').fill(demo().password);
  await colleague.page.getByRole('button', { name: 'Sign in' }).click();
  await colleague.complete();
  expect(decodeURIComponent(colleague.page.url())).toBe(decodeURIComponent(page.url()));
  expect(await shown(colleague)).toEqual(before);
  await colleague.page.context().close();
});

test('the first answer comes with the page; nothing is asked twice', async ({ portal }) => {
  const { page } = portal;
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await portal.open(demo().ids.healthy);
  await page.waitForLoadState('networkidle');
  expect(asked).not.toContain(`/api/requests/${demo().ids.healthy}`);
  const html = await (
    await page.request.get(`${portal.url}/requests/${demo().ids.healthy}`)
  ).text();
  expect(html).toContain('data-testid="verdict"');
  expect(html).toContain('role="treegrid"');
});

test('the keyboard reaches everything in the timeline', async ({ portal }) => {
  await portal.open(demo().ids.failed, '?span=none');
  const { page } = portal;
  await portal.grid.getByRole('row').first().focus();
  await page.keyboard.press('ArrowDown');
  await expect(portal.row(/^edge POST \/checkout/)).toBeFocused();
  await page.keyboard.press('e');
  await expect(portal.row(/^edge POST \/orders, failed/)).toBeFocused();
  await page.keyboard.press('c');
  await expect(portal.row(/^inventory reserve, failed/).last()).toBeFocused();
  await expect(portal.detail).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(portal.detail).toHaveCount(0);
  const rows = await portal.grid.getAttribute('aria-rowcount');
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowLeft');
  await expect(portal.grid).toHaveAttribute('aria-rowcount', '1');
  await page.keyboard.press('ArrowRight');
  await expect(portal.grid).toHaveAttribute('aria-rowcount', rows!);
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('one instant is the same in the timeline and the logs', async ({ portal }) => {
  await portal.open(demo().ids.failed);
  const line = portal.logs.getByRole('row').nth(3);
  const clock = await line.getByRole('gridcell').first().innerText();
  await line.click();
  await expect(portal.page.getByTestId('crosshair')).toContainText(clock.slice(0, 8));
  await expect(line).toHaveAttribute('aria-selected', 'true');
});

test('charts are loaded only when they are shown', async ({ portal }) => {
  const scripts: string[] = [];
  portal.page.on(
    'response',
    (response) => response.url().endsWith('.js') && scripts.push(response.url()),
  );
  await portal.open(demo().ids.failed);
  await portal.page.waitForLoadState('networkidle');
  const before = scripts.length;
  await portal.page.getByRole('tab', { name: 'Metrics' }).click();
  await expect(portal.page.locator('.recharts-surface').first()).toBeVisible();
  expect(scripts.length).toBeGreaterThan(before);
  await expect(portal.page.getByTestId('metrics').locator('figure')).toHaveCount(6);
});

test('recent failures stand on home, with an example that opens', async ({ portal }) => {
  await portal.page.goto(portal.url);
  const row = portal.page
    .getByTestId('failing')
    .getByRole('link', { name: /inventory reserve: StockConflictError/ });
  await expect(row).toContainText('edge POST /checkout answers 502');
  await row.click();
  await portal.complete();
  await expect(portal.verdict).toContainText('StockConflictError');
});

test('hostile telemetry is text and nothing else', async ({ portal }) => {
  const id = `hostile-${Date.now()}`;
  const evil = `<img src=x onerror=alert(1)>\u001b[31mred {{7*7}} javascript:alert(1)`;
  const now = BigInt(Date.now()) * 1_000_000n;
  const correlation = { key: 'correlation_id', value: { stringValue: id } };
  const resource = {
    attributes: [
      { key: 'service.name', value: { stringValue: evil } },
      { key: '__proto__', value: { stringValue: evil } },
    ],
  };
  const identity = { traceId: 'abcdefabcdefabcdefabcdefabcdef01', spanId: 'abcdefabcdef0102' };
  const post = (signal: 'traces' | 'logs', body: object) =>
    fetch(demo().otlp[signal], {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  expect(
    (
      await post('traces', {
        resourceSpans: [
          {
            resource,
            scopeSpans: [
              {
                spans: [
                  {
                    ...identity,
                    name: evil,
                    kind: 2,
                    startTimeUnixNano: String(now),
                    endTimeUnixNano: String(now + 5_000_000n),
                    status: { code: 2, message: evil },
                    attributes: [correlation, { key: evil, value: { stringValue: evil } }],
                  },
                ],
              },
            ],
          },
        ],
      })
    ).status,
  ).toBe(200);
  expect(
    (
      await post('logs', {
        resourceLogs: [
          {
            resource,
            scopeLogs: [
              {
                logRecords: [
                  {
                    ...identity,
                    timeUnixNano: String(now),
                    body: { stringValue: evil },
                    attributes: [correlation],
                  },
                ],
              },
            ],
          },
        ],
      })
    ).ok,
  ).toBe(true);
  // Tempo's search is blind for the newest.
  await expect.poll(async () => (await viewOf(id)).spanCount, { timeout: 45_000 }).toBe(1);
  await portal.open(id);
  await expect(portal.verdict).toContainText('<img src=x');
  await expect(portal.page.locator('img[src=x]')).toHaveCount(0);
  await expect(portal.logs.getByRole('gridcell').nth(3)).toHaveText(
    '<img src=x onerror=alert(1)>red {{7*7}} javascript:alert(1)',
  );
});
