import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

/** What `npm run mutation` runs against each mutant: the unit tests of the core alone. */
export default defineConfig({
  resolve: { alias: { '@': resolve(import.meta.dirname) } },
  test: {
    include: ['lib/{alerts/episodes,requests,correlation-id}/**/*.test.ts'],
    exclude: ['**/*.integration.test.ts', 'node_modules/**'],
  },
});
