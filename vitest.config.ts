import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { alias: { '@': resolve(import.meta.dirname) } },
  test: {
    setupFiles: ['bin/parts/unexpected-console.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{app,lib,components,bin,demo}/**/*.test.{ts,tsx}'],
          exclude: ['**/*.integration.test.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['{lib,bin}/**/*.integration.test.ts'],
          globalSetup: 'bin/parts/integration-setup.ts',
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
