import { readFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { resolve } from 'node:path';
import { migrate } from '@/lib/db/migrate';

/**
 * Brings the database of DATABASE_URL up to date: what a migration job runs before the portal.
 * Waits WAIT_SECONDS (0) for a database that does not listen yet.
 */
const { DATABASE_URL, DATABASE_URL_FILE, WAIT_SECONDS = '0' } = process.env;
const url = DATABASE_URL_FILE ? readFileSync(DATABASE_URL_FILE, 'utf8').trim() : DATABASE_URL;
if (!url) {
  console.error('Set DATABASE_URL, or DATABASE_URL_FILE, to a postgresql:// URL.');
  process.exit(78);
}

function listens(host: string, port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = createConnection({ host, port, timeout: 2_000 });
    const end = (answer: boolean) => {
      socket.destroy();
      done(answer);
    };
    socket
      .once('connect', () => end(true))
      .once('error', () => end(false))
      .once('timeout', () => end(false));
  });
}

const { hostname, port } = new URL(url);
for (
  const until = Date.now() + Number(WAIT_SECONDS) * 1000;
  Date.now() < until && !(await listens(hostname, Number(port || 5432)));
)
  await new Promise((resume) => setTimeout(resume, 2_000));
const applied = await migrate(url, resolve(import.meta.dirname, '..'));
console.log(applied.length ? `Applied ${applied.join(', ')}` : 'Nothing to apply');
