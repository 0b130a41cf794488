import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

/** What `npm run mutation` runs against each mutant: the unit tests of the core alone. */
export default defineConfig({
  resolve: {
    alias: {
      '@': resolve(import.meta.dirname),
      // Outside Next the package throws; its own empty module is what a server gets there.
      'server-only': resolve(import.meta.dirname, 'node_modules/server-only/empty.js'),
    },
  },
  test: {
    // Not requests/discovery: its tests wait for backends that hang.
    include: [
      'lib/{alerts/episodes,correlation-id}/**/*.test.ts',
      'lib/requests/{correlation,verdict,view}/**/*.test.ts',
      'lib/telemetry/{conventions,culprit,failure-signature,envoy,span-target}.test.ts',
      'lib/telemetry/{log-level,line-fields,lines-with-ids}.test.ts',
    ],
    exclude: ['**/*.integration.test.ts', 'node_modules/**'],
  },
});
