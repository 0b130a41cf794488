import { readFileSync } from 'node:fs';
import AxeBuilder from '@axe-core/playwright';
import { test as base, expect, type Page } from '@playwright/test';
import type { RequestView } from '@/lib/requests/contract';
import { AnswerSchemas } from './answer-schemas';

export interface DemoState {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  readonly token: string;
  readonly webhookToken: string;
  readonly ids: {
    readonly healthy: string;
    readonly failed: string;
    readonly asynchronous: string;
  };
  readonly services: Record<string, string>;
  readonly databaseUrl: string;
  readonly prometheusUrl: string;
  readonly alertmanagerUrl: string;
  /** Where the services send what they have to say. */
  readonly otlp: { readonly traces: string; readonly logs: string };
}

export const demo = (): DemoState =>
  JSON.parse(readFileSync(process.env.DEMO_STATE!, 'utf8')) as DemoState;

/** The view as scripts get it. */
export async function viewOf(id: string, url = demo().url): Promise<RequestView> {
  const response = await fetch(`${url}/api/requests/${id}`, {
    headers: { authorization: `Bearer ${demo().token}` },
  });
  expect(response.status).toBe(200);
  return (await response.json()) as RequestView;
}

/** The pages, by what a person does on them. */
export class Portal {
  constructor(
    readonly page: Page,
    readonly url = demo().url,
  ) {}

  async signIn(): Promise<void> {
    await this.page.goto(`${this.url}/sign-in`);
    await this.page.getByLabel('Name').fill(demo().user);
    await this.page.getByLabel('Password').fill(demo().password);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
    await this.page.waitForURL(`${this.url}/`);
  }

  async paste(text: string): Promise<void> {
    await this.search.fill(text);
    await this.search.press('Enter');
  }

  async open(id: string, query = ''): Promise<void> {
    await this.page.goto(`${this.url}/requests/${id}${query}`);
    await this.complete();
  }

  async complete(): Promise<void> {
    await this.page.locator('[data-testid=request][data-complete=true]').waitFor();
  }

  get search() {
    return this.page.getByRole('textbox', { name: 'Find a request' });
  }
  get verdict() {
    return this.page.getByTestId('verdict');
  }
  get ledger() {
    return this.page.getByTestId('ledger');
  }
  get grid() {
    return this.page.getByRole('treegrid', { name: 'Spans' });
  }
  get logs() {
    return this.page.getByRole('grid', { name: 'Log lines' });
  }
  get detail() {
    return this.page.getByTestId('detail');
  }
  row(name: string | RegExp) {
    return this.grid.getByRole('row', { name });
  }

  /** What streams in after the first bytes has taken the place of the loading page. */
  async loaded(): Promise<void> {
    await expect(this.page.locator('main[aria-busy]')).toHaveCount(0);
  }

  async accessible(): Promise<void> {
    const { violations } = await new AxeBuilder({ page: this.page })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
      .analyze();
    expect(
      violations.map(
        (violation) => `${violation.id}: ${violation.nodes.map((node) => node.html).join(' ')}`,
      ),
    ).toEqual([]);
  }
}

/**
 * A page that is signed in; anything on its console fails the test, and so does an answer of the
 * portal that its OpenAPI document does not describe.
 */
export const test = base.extend<
  { portal: Portal; describedAnswers: void },
  { answerSchemas: AnswerSchemas }
>({
  answerSchemas: [
    async ({}, provide) => provide(await AnswerSchemas.of(demo().url)),
    { scope: 'worker' },
  ],
  describedAnswers: [
    async ({ context, answerSchemas }, provide) => {
      const { fetch } = globalThis;
      globalThis.fetch = answerSchemas.wrap(fetch);
      answerSchemas.listen(context);
      await provide();
      await answerSchemas.settle();
      globalThis.fetch = fetch;
      const faults = [...new Set(answerSchemas.faults.splice(0))];
      expect(faults, 'answers that the OpenAPI document does not describe').toEqual([]);
    },
    { auto: true },
  ],
  portal: async ({ page }, provide) => {
    const said: string[] = [];
    page.on(
      'console',
      (message) => ['error', 'warning'].includes(message.type()) && said.push(message.text()),
    );
    page.on('pageerror', (error) => said.push(error.message));
    const portal = new Portal(page);
    await portal.signIn();
    await provide(portal);
    expect(said, 'unexpected console output').toEqual([]);
  },
});
export { expect };
