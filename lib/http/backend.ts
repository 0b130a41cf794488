import { LRUCache } from 'lru-cache';
import { Agent } from 'undici';
import { processState } from '@/lib/config/process-state';
import { secretText } from '@/lib/config/secret-file';
import { errorFields } from '@/lib/errors/error-code';
import { log } from '@/lib/observability/log';
import { OutboundError } from './outbound-error';

/**
 * Where a backend is and which credentials it gets: from the configuration, and from nowhere else.
 */
export interface Backend {
  /** May have a path; no slash at its end. */
  readonly base: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly bearer?: string | undefined;
  /** Read again when it changes. */
  readonly bearerFile?: string | undefined;
  readonly basic?: { readonly user: string; readonly password: string } | undefined;
  /** PEM files, read again when they change. */
  readonly tls?: {
    readonly ca?: string | undefined;
    readonly cert?: string | undefined;
    readonly key?: string | undefined;
  };
  /** Calls at once; more wait for a connection, within their own time. */
  readonly concurrency?: number;
}

const DEFAULT_CONCURRENCY = 16;
const CONNECT_MS = 2_000;
const KEEP_ALIVE_MS = 10_000;

/**
 * The Authorization header of a backend; none where it has no credentials. @throws OutboundError
 * unauthorized
 */
export function credentialHeaders({ bearer, bearerFile, basic }: Backend): Record<string, string> {
  const token = bearerFile ? fileText(bearerFile) : bearer;
  if (token) return { authorization: `Bearer ${token}` };
  if (!basic) return {};
  const pair = Buffer.from(`${basic.user}:${basic.password}`).toString('base64');
  return { authorization: `Basic ${pair}` };
}

/**
 * One pool a backend; its connections are what limits calls at once, so that it must not exist
 * twice. TLS files that change make a new pool, and the old one is closed when it is no longer
 * used.
 */
const pools = processState(
  'http.outbound-pools',
  () => new LRUCache<string, Agent>({ max: 64, dispose: (pool) => void close(pool) }),
);

/** Calls in flight are finished first. */
async function close(pool: Agent): Promise<void> {
  try {
    await pool.close();
  } catch (error) {
    log().warn(errorFields(error), 'a connection pool could not be closed');
  }
}

/**
 * The connections to a backend. Not the global fetch: Next wraps that with caches and spans of its
 * own.
 */
export function poolOf({ base, tls, concurrency = DEFAULT_CONCURRENCY }: Backend): Agent {
  const material = {
    ...(tls?.ca ? { ca: fileText(tls.ca) } : {}),
    ...(tls?.cert ? { cert: fileText(tls.cert) } : {}),
    ...(tls?.key ? { key: fileText(tls.key) } : {}),
  };
  const key = JSON.stringify([new URL(base).origin, concurrency, material]);
  const known = pools().get(key);
  if (known) return known;
  const pool = new Agent({
    connect: { timeout: CONNECT_MS, ...material },
    connections: concurrency,
    keepAliveTimeout: KEEP_ALIVE_MS,
  });
  pools().set(key, pool);
  return pool;
}

function fileText(path: string): string {
  const text = secretText(path);
  if (text === undefined)
    throw new OutboundError('unauthorized', 'a credential file cannot be read');
  return text;
}
