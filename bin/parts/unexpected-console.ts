import { afterEach, beforeEach, expect, vi } from 'vitest';

/** A test that prints has found something nobody looked at. */
const WAYS = ['log', 'info', 'warn', 'error'] as const;
let said: string[] = [];

beforeEach(() => {
  said = [];
  for (const way of WAYS)
    vi.spyOn(console, way).mockImplementation(
      (...words: unknown[]) => void said.push(`${way}: ${words.join(' ')}`),
    );
});

afterEach(() => {
  vi.restoreAllMocks();
  expect(said, 'unexpected console output').toEqual([]);
});
