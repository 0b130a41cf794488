import type { LaunchOptions } from '@playwright/test';
import { chromium } from './debian';

/** How Chromium is started everywhere here: headless, as any user, and without a network of its own. */
export function browserOptions(cache: string, more: readonly string[] = []): LaunchOptions {
  const program = chromium(cache);
  return {
    executablePath: program.path,
    env: { ...process.env, ...program.env } as Record<string, string>,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...more,
    ],
  };
}
