import { LRUCache } from 'lru-cache';
import { processState } from '@/lib/config/process-state';
import { SECOND_MS } from '@/lib/time/units';
import type { Principal } from './authorize';
import { principalOfSession, principalOfToken } from './repository';
import { sessionSecret, type HeaderReader } from './session-cookie';

/**
 * A page sends many requests a second. What is revoked here or on another replica ends after this
 * long at the latest.
 */
const CACHED_MS = 3 * SECOND_MS;

/** By secret. Refusals are never cached. */
const principals = processState(
  'auth.principals',
  () => new LRUCache<string, Principal>({ max: 1_000, ttl: CACHED_MS }),
);

/** Who sent these headers: a bearer token first, else a session cookie, else nobody. */
export async function principalOf(headers: HeaderReader): Promise<Principal | undefined> {
  const authorization = headers.get('authorization') ?? '';
  const bearer = /^Bearer ([A-Za-z0-9_-]{20,200})$/.exec(authorization)?.[1];
  const secret = bearer ?? sessionSecret(headers);
  if (!secret) return undefined;
  const cached = principals().get(secret);
  if (cached) return cached;
  const principal = bearer ? await principalOfToken(bearer) : await principalOfSession(secret);
  if (principal) principals().set(secret, principal);
  return principal;
}

/** To be called when a secret has been revoked. */
export const forgetPrincipal = (secret: string): void => void principals().delete(secret);
