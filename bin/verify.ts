import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * Everything continuous integration checks, without installing; every step counts into one closing
 * line.
 */
const root = resolve(import.meta.dirname, '..');
const results = join(root, '.cache/results');
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });
// What an earlier `next dev` generated may name routes that have moved since.
rmSync(join(root, '.next/dev/types'), { recursive: true, force: true });

interface Counts {
  passed: number;
  failed: number;
}

const total: Counts = { passed: 0, failed: 0 };

function step(
  name: string,
  command: string,
  args: readonly string[],
  count: (exit: number) => Counts,
  env: Record<string, string> = {},
): boolean {
  const began = Date.now();
  console.log(`\n== ${name}`);
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1', ...env },
  });
  const exit = status ?? 1;
  let counts: Counts;
  try {
    counts = count(exit);
  } catch {
    counts = { passed: 0, failed: 1 };
  }
  // A runner that failed without naming a test has failed all the same.
  if (exit !== 0 && counts.failed === 0) counts.failed = 1;
  total.passed += counts.passed;
  total.failed += counts.failed;
  console.log(
    `== ${name}: ${counts.passed} passed, ${counts.failed} failed, ${((Date.now() - began) / 1000).toFixed(0)} s`,
  );
  return exit === 0;
}

const asOne = (exit: number): Counts =>
  exit === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
const report = <Report>(file: string) =>
  JSON.parse(readFileSync(join(results, file), 'utf8')) as Report;
const npx = (...args: string[]) =>
  [join(root, 'node_modules/.bin', args[0]!), args.slice(1)] as const;

step('Prisma client', 'npm', ['run', '--silent', 'generate'], asOne);
step('Format', ...npx('prettier', '--check', '.', '--log-level', 'warn'), asOne);
step('Types', ...npx('tsc', '--noEmit'), asOne);
step('Lint', ...npx('eslint', '.', '--max-warnings', '0'), asOne);
step('Dead code', ...npx('knip', '--no-config-hints'), asOne);
step(
  'Unit and integration tests',
  ...npx(
    'vitest',
    'run',
    '--reporter=dot',
    '--reporter=json',
    `--outputFile.json=${join(results, 'vitest.json')}`,
  ),
  () => {
    const { numPassedTests, numFailedTests } = report<{
      numPassedTests: number;
      numFailedTests: number;
    }>('vitest.json');
    return { passed: numPassedTests, failed: numFailedTests };
  },
);
const built = step('Production build', 'bash', ['-c', '. bin/parts/prepare.sh; need_build'], asOne);
if (built) {
  step(
    'End to end, in Chromium',
    ...npx('playwright', 'test'),
    () => {
      const { stats } = report<{ stats: { expected: number; unexpected: number; flaky: number } }>(
        'playwright.json',
      );
      return { passed: stats.expected, failed: stats.unexpected + stats.flaky };
    },
    { PLAYWRIGHT_JSON_OUTPUT_NAME: join(results, 'playwright.json') },
  );
}

console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 ? 0 : 1);
