import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { sectionOf } from './changelog';

const changelog = `# Changelog

## Unreleased

### Added
- a

## [1.2.0] - 2026-01-02

- b

## 1.1.0
`;

test('a section ends where the next version begins', () =>
  expect(sectionOf(changelog, 'Unreleased')).toBe('### Added\n- a'));

test('a heading may have brackets and a date', () =>
  expect(sectionOf(changelog, '1.2.0')).toBe('- b'));

test('a version of which only a part is given is not found', () =>
  expect(() => sectionOf(changelog, '1.2')).toThrow('no section'));

test('a section without a word is refused', () =>
  expect(() => sectionOf(changelog, '1.1.0')).toThrow('says nothing'));

test('our own changelog tells what is not released yet', () => {
  const own = readFileSync(resolve(import.meta.dirname, '../../CHANGELOG.md'), 'utf8');
  expect(sectionOf(own, 'Unreleased')).toContain('### Added');
});
