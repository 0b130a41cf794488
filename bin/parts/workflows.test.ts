import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const folder = resolve(import.meta.dirname, '../../.github/workflows');
const uses = readdirSync(folder).flatMap((file) =>
  [...readFileSync(join(folder, file), 'utf8').matchAll(/uses: (\S+)(.*)/g)].map(
    ([, action, comment]) => ({ action: action!, comment: comment!.trim() }),
  ),
);

test('every action of a workflow is pinned by digest, with its version beside it', () => {
  expect(uses.length).toBeGreaterThan(5);
  for (const { action, comment } of uses) {
    expect(action).toMatch(/^[\w.-]+\/[\w.-]+@[0-9a-f]{40}$/);
    expect(comment).toMatch(/^# v\d+\.\d+\.\d+$/);
  }
});
