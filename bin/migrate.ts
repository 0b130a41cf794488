import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { migrate } from '@/lib/db/migrate';

/** Brings the database of DATABASE_URL up to date: what a migration job runs before the portal. */
const { DATABASE_URL, DATABASE_URL_FILE } = process.env;
const url = DATABASE_URL_FILE ? readFileSync(DATABASE_URL_FILE, 'utf8').trim() : DATABASE_URL;
if (!url) {
  console.error('Set DATABASE_URL, or DATABASE_URL_FILE, to a postgresql:// URL.');
  process.exit(78);
}
const applied = await migrate(url, resolve(import.meta.dirname, '..'));
console.log(applied.length ? `Applied ${applied.join(', ')}` : 'Nothing to apply');
