/**
 * Mutation tests of the pure core: what decides on episodes, trees, culprits and verdicts.
 * `npm run mutation`, or of one file: `npm run mutation -- --mutate
 * lib/requests/correlation/skew.ts`.
 * @type {import('@stryker-mutator/api/core').PartialStrykerOptions}
 */
const config = {
  mutate: [
    'lib/alerts/episodes/{firing-timeline,series}.ts',
    'lib/requests/{correlation,verdict}/*.ts',
    'lib/correlation-id/{resolve,spellings,trace-id-formats,ids-in-text,ids-in-line,ids-mentioned}.ts',
    'lib/telemetry/{conventions,culprit,failure-signature,envoy,span-target}.ts',
    'lib/telemetry/{log-level,line-fields}.ts',
    '!**/*.{test,fixture}.ts',
  ],
  testRunner: 'vitest',
  vitest: { configFile: 'vitest.mutation.config.ts' },
  reporters: ['clear-text', 'progress', 'html'],
  htmlReporter: { fileName: '.cache/results/mutation.html' },
  incrementalFile: '.cache/mutation.json',
  tempDirName: '.cache/mutation',
  thresholds: { high: 95, low: 90, break: 90 },
  concurrency: 2,
  // Static mutants are run once each: the whole suite of the core takes seconds.
  ignoreStatic: true,
  // The core needs none of these; one is a link that a copy cannot follow.
  ignorePatterns: ['.next*', '.demo', '.cache', 'app', 'components', 'docs', 'e2e', 'helm'],
};
export default config;
