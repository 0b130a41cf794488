import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

interface Lock {
  readonly packages: Record<
    string,
    {
      readonly version?: string;
      readonly dependencies?: Record<string, string>;
      readonly devDependencies?: Record<string, string>;
    }
  >;
}
const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as Lock;

test('there is one @opentelemetry/api: with two, spans are lost without a word', () => {
  expect(
    Object.keys(packages).filter((path) => path.endsWith('node_modules/@opentelemetry/api')),
  ).toEqual(['node_modules/@opentelemetry/api']);
});

test('every direct dependency is pinned to one version', () => {
  const { dependencies, devDependencies } = packages['']!;
  expect(
    Object.entries({ ...dependencies, ...devDependencies }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+/.test(version),
    ),
  ).toEqual([]);
});
