import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: {
    alias: {
      '@': resolve(import.meta.dirname),
      // Outside Next the package throws; its own empty module is what a server gets there.
      'server-only': resolve(import.meta.dirname, 'node_modules/server-only/empty.js'),
    },
  },
  test: {
    setupFiles: ['bin/parts/unexpected-console.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{app,lib,components,bin,demo}/**/*.test.{ts,tsx}'],
          exclude: ['**/*.integration.test.ts'],
          // A busy machine is no fault: what hangs is found all the same.
          testTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['{lib,bin}/**/*.integration.test.ts'],
          globalSetup: 'bin/parts/integration-setup.ts',
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 240_000,
        },
      },
    ],
  },
});
