import { join } from 'node:path';
import { defineConfig, devices } from '@playwright/test';
import { browserOptions } from './bin/parts/browser';

export default defineConfig({
  testDir: 'e2e',
  globalSetup: './e2e/setup.ts',
  outputDir: '.cache/results/e2e',
  workers: 1,
  retries: 0,
  // A busy machine is no fault: what hangs is found all the same.
  timeout: 180_000,
  expect: { timeout: 30_000 },
  forbidOnly: true,
  reporter: process.env.PLAYWRIGHT_JSON_OUTPUT_NAME ? [['dot'], ['json']] : [['line']],
  use: {
    ...devices['Desktop Chrome'],
    viewport: { width: 1440, height: 900 },
    launchOptions: browserOptions(join(import.meta.dirname, '.cache')),
  },
});
