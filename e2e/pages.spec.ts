import { demo, expect, Portal, test, viewOf } from './portal';

for (const [width, height] of [
  [1440, 900],
  [390, 844],
] as const) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test.describe(`${width} wide, ${colorScheme}`, () => {
      test.use({ viewport: { width, height }, colorScheme });
      test('every page is accessible and fits its width', async ({ portal }) => {
        const pages: [string, string][] = [
          ['/', '[data-testid=failing]'],
          ['/sources', 'table'],
          ['/dashboards/application?range=15m', '[data-complete=true] .recharts-line'],
          ['/dashboards/runners?range=15m', '[data-testid=requests-behind]'],
          ['/dashboards/cluster?range=15m', '[data-complete=true] .recharts-line'],
          ['/dashboards/portal', '[data-complete=true]'],
          [`/requests/${demo().ids.failed}`, '[data-complete=true]'],
          [`/requests/${demo().ids.asynchronous}?tab=metrics`, '[data-testid=metrics]'],
          [`/requests/${demo().ids.failed}?tab=logs`, '[data-testid=logs]'],
          ['/requests/nobody-sent-this-id', '[data-testid=empty]'],
          ['/requests/%22', 'main'],
        ];
        for (const [path, ready] of pages) {
          await portal.page.goto(portal.url + path);
          // Attached, not visible: a level line has no height, and Playwright calls that hidden.
          await portal.page.locator(ready).first().waitFor({ state: 'attached' });
          await portal.loaded();
          await portal.accessible();
          expect(
            await portal.page.evaluate(() => document.documentElement.scrollWidth),
            `${path} scrolls sideways`,
          ).toBeLessThanOrEqual(width);
        }
      });
    });
  }
}

test('the sign-in page is accessible, and strangers see nothing else', async ({ page }) => {
  const portal = new Portal(page);
  await page.goto(`${portal.url}/requests/${demo().ids.failed}?tab=metrics`);
  await expect(page).toHaveURL(/\/sign-in\?next=%2Frequests%2F/);
  await portal.accessible();
  await page.getByLabel('Name').fill(demo().user);
  await page.getByLabel('Password').fill('wrong');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByText('Name or password is wrong.')).toBeVisible();
});

for (const path of [
  '/alerts?state=all&severity=critical&q=checkout&group=name',
  '/requests/0192f4a1-7c3e-7b10-9d15-6a2f3c8b7e40?from=2026-11-25T14%3A02%3A06Z&to=2026-11-25T14%3A02%3A08Z&tab=logs#row',
])
  test(`a link to ${path} opened signed out leads back to exactly it`, async ({ page }) => {
    await page.goto(demo().url + path);
    await page.getByLabel('Name').fill(demo().user);
    await page.getByLabel('Password').fill(demo().password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
    expect(page.url()).toBe(demo().url + path);
  });

test('a page that is not there says what was looked for, and the bar stays', async ({ portal }) => {
  const missing = '00000000-0000-4000-8000-000000000000';
  await portal.page.goto(`${portal.url}/alerts/${missing}`);
  await expect(portal.page.getByRole('heading', { name: 'There is no such alert.' })).toBeVisible();
  await expect(portal.page.getByText(missing)).toBeVisible();
  await portal.accessible();
  await portal.page.getByRole('link', { name: 'All alerts' }).click();
  await expect(portal.page).toHaveURL(/\/alerts\?state=all/);
  await portal.page.goto(`${portal.url}/dashboards/nothing`);
  await expect(portal.page.getByText('No dashboard is called nothing.')).toBeVisible();
  await portal.accessible();
  await portal.page.getByRole('navigation', { name: 'Main' }).getByText('Sources').click();
  await expect(portal.page.getByRole('heading', { name: 'Sources', exact: true })).toBeVisible();
});

test('signing out ends the session', async ({ portal }) => {
  await portal.page.getByRole('button', { name: /Sign out/ }).click();
  await portal.page.waitForURL(/\/sign-in/);
  await portal.page.goto(portal.url);
  await expect(portal.page).toHaveURL(/\/sign-in/);
});

test('light and dark can be chosen, and the choice stays', async ({ portal }) => {
  const background = () =>
    portal.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const before = await background();
  await portal.page.getByRole('button', { name: 'Switch between light and dark' }).click();
  const after = await background();
  expect(after).not.toBe(before);
  await portal.page.reload();
  expect(await background()).toBe(after);
});

test('every answer has a correlation id, a policy with a fresh nonce, and closed headers', async () => {
  const { url, token } = demo();
  const first = await fetch(`${url}/sign-in`);
  const second = await fetch(`${url}/sign-in`, {
    headers: { 'x-nonce': 'mine', 'x-correlation-id': 'handed-in-1234' },
  });
  const nonce = (response: Response) =>
    /'nonce-([^']+)'/.exec(response.headers.get('content-security-policy')!)![1]!;
  expect(nonce(first)).not.toBe(nonce(second));
  expect(nonce(second)).not.toBe('mine');
  expect(second.headers.get('x-correlation-id')).toBe('handed-in-1234');
  expect(first.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  expect(first.headers.get('x-content-type-options')).toBe('nosniff');
  for (const path of [
    '/api/healthz',
    '/api/readyz',
    '/api/openapi.json',
    '/api/requests',
    '/api/nothing',
    '/nothing',
  ]) {
    const response = await fetch(url + path, { headers: { authorization: `Bearer ${token}` } });
    if (!path.includes('nothing'))
      expect(response.headers.get('x-correlation-id'), path).toMatch(/^[0-9a-f-]{36}$/);
    else expect(response.status).toBe(404);
  }
  expect(
    (await fetch(`${url}/api/requests`, { headers: { 'x-correlation-id': 'bad"id' } })).headers.get(
      'x-correlation-id',
    ),
  ).toMatch(/^[0-9a-f-]{36}$/);
});

test('nothing is answered without a decision', async () => {
  const { url } = demo();
  const closed = [
    '/api/requests',
    `/api/requests/${demo().ids.failed}`,
    `/api/requests/${demo().ids.failed}/columns?revision=x`,
    `/api/requests/${demo().ids.failed}/export`,
    '/api/resolve?q=abcdefgh',
    '/api/sources',
    '/api/tokens',
  ];
  for (const path of closed) {
    for (const headers of [
      {},
      { 'x-middleware-subrequest': 'proxy:proxy:proxy:proxy:proxy' },
      { rsc: '1' },
    ] as Record<string, string>[])
      expect((await fetch(url + path, { headers })).status, path).toBe(401);
  }
  expect(
    (await fetch(`${url}/api/tokens`, { headers: { authorization: `Bearer ${demo().token}` } }))
      .status,
  ).toBe(403);
  for (const path of [`/requests/${demo().ids.failed}`, '/', '/sources']) {
    const response = await fetch(`${url}${path}`, { redirect: 'manual', headers: { rsc: '1' } });
    expect(await response.text(), path).not.toContain(demo().ids.failed.slice(0, 30) + '"');
    expect([200, 303, 307]).toContain(response.status);
  }
});

test('the portal can be looked up in itself', async () => {
  const { url, token } = demo();
  const response = await fetch(`${url}/api/requests?state=failed`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const id = response.headers.get('x-correlation-id')!;
  await expect
    .poll(async () => (await viewOf(id)).spanCount, { timeout: 15_000 })
    .toBeGreaterThan(3);
  const view = await viewOf(id);
  expect(view.lanes[0]!.service).toBe('throughline');
  expect(new Set(view.spans.map((span) => span.id)).size).toBe(view.spans.length);
  // What it asked of its sources: Postgres, or a backend over HTTP.
  expect(view.spans.some((span) => span.kind === 'client')).toBe(true);
  await expect
    .poll(async () => (await viewOf(id)).logs.map((log) => log.body), { timeout: 15_000 })
    .toContain('answered');
});
