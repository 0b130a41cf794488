import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { processState } from './process-state';

test('a module that is loaded twice has one state', async () => {
  const first = processState('test.shared', () => ({ count: 0 }));
  first().count += 1;
  vi.resetModules();
  const again = await import('./process-state');
  expect(again.processState).not.toBe(processState);
  expect(again.processState('test.shared', () => ({ count: 0 }))()).toBe(first());
});

test('the value is made at its first use, once', () => {
  const create = vi.fn(() => undefined);
  const state = processState('test.lazy', create);
  expect(create).not.toHaveBeenCalled();
  state();
  state();
  expect(create).toHaveBeenCalledOnce();
});

test('after a reset the value is made anew', () => {
  const state = processState('test.reset', () => ({}));
  const before = state();
  state.reset();
  expect(state()).not.toBe(before);
});

const root = join(import.meta.dirname, '..');
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$|^db\/generated/.test(file))
  .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));

test('no name is used twice, and nothing else keeps state on globalThis', () => {
  const names = sources.flatMap(({ text }) =>
    [...text.matchAll(/processState(?:<[^(]*>)?\(\s*'([^']+)'/g)].map((match) => match[1]),
  );
  expect(names.length).toBeGreaterThan(5);
  expect(names).toEqual([...new Set(names)]);
  expect(
    sources.filter(({ text }) => text.includes('globalThis as')).map(({ file }) => file),
  ).toEqual(['config/process-state.ts']);
});
