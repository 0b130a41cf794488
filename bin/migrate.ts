import { resolve } from 'node:path';
import { migrate } from '@/lib/db/migrate';

/** Brings the database of DATABASE_URL up to date: what a migration job runs before the portal. */
const url = process.env.DATABASE_URL;
if (!url) {
  console.error('Set DATABASE_URL to a postgresql:// URL.');
  process.exit(78);
}
const applied = await migrate(url, resolve(import.meta.dirname, '..'));
console.log(applied.length ? `Applied ${applied.join(', ')}` : 'Nothing to apply');
