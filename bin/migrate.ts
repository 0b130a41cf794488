import { resolve } from 'node:path';
import { config } from '@/lib/config/load';
import { migrate } from '@/lib/db/migrate';

/** Brings the database of DATABASE_URL up to date: what a migration job runs before the portal. */
const applied = await migrate(config().DATABASE_URL, resolve(import.meta.dirname, '..'));
console.log(applied.length ? `Applied ${applied.join(', ')}` : 'Nothing to apply');
