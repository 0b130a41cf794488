import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { sectionOf } from './parts/changelog';

/** Prints what the changelog says of a version: `npm run release-notes -- 0.2.0`. */
const [version] = process.argv.slice(2);
if (!version) {
  console.error('Usage: npm run release-notes -- VERSION');
  process.exit(2);
}
const changelog = readFileSync(resolve(import.meta.dirname, '../CHANGELOG.md'), 'utf8');
console.log(sectionOf(changelog, version));
