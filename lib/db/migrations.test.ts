import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const MIGRATIONS = globSync('prisma/migrations/*/migration.sql');
const COMMENT = /--.*$/gm;
const TEXT = /'(?:[^']|'')*'/g;

test('no text in a migration has a semicolon: the engine splits statements at every one', () => {
  expect(MIGRATIONS.length).toBeGreaterThan(0);
  const texts = MIGRATIONS.flatMap((file) => {
    const statements = readFileSync(file, 'utf8').replace(COMMENT, '');
    return statements.match(TEXT) ?? [];
  });
  expect(texts.filter((text) => text.includes(';'))).toEqual([]);
});
