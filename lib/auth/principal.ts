import { randomBytes } from 'node:crypto';
import { config } from '@/lib/config/load';
import { AppError } from '@/lib/errors/app-error';
import { log } from '@/lib/observability/log';
import { metrics } from '@/lib/observability/metrics';
import type { Principal } from './authorize';
import { verifyPassword } from './password';
import {
  endSession,
  principalOfSession,
  principalOfToken,
  saveSession,
  userByName,
} from './repository';

const secure = () => config().PUBLIC_URL.startsWith('https:');
/** `__Host-` binds the cookie to this host and to TLS; a browser takes that prefix only over https. */
export const sessionCookie = () => (secure() ? '__Host-throughline' : 'throughline');

const cookieOf = (secret: string, maxAge: number) =>
  `${sessionCookie()}=${secret}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${maxAge}${secure() ? '; Secure' : ''}`;

export const newSecret = () => randomBytes(32).toString('base64url');

/** A page asks many times a second; what is taken away here or on another replica holds after this long at the latest. */
const REMEMBERED_MS = 3_000;
const MAX_REMEMBERED = 1_000;
const remembered = new Map<string, { principal: Principal; until: number }>();

/** Who sent these headers: a bearer token first, else a session cookie, else nobody. Refusals are never remembered. */
export async function principalOf(headers: {
  get(name: string): string | null;
}): Promise<Principal | undefined> {
  const bearer = /^Bearer ([A-Za-z0-9_-]{20,200})$/.exec(headers.get('authorization') ?? '')?.[1];
  const secret = bearer ?? sessionSecret(headers);
  if (!secret) return undefined;
  const known = remembered.get(secret);
  if (known && known.until > Date.now()) return known.principal;
  const principal = bearer ? await principalOfToken(bearer) : await principalOfSession(secret);
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  if (principal) remembered.set(secret, { principal, until: Date.now() + REMEMBERED_MS });
  else remembered.delete(secret);
  return principal;
}

function sessionSecret(headers: { get(name: string): string | null }): string | undefined {
  const prefix = `${sessionCookie()}=`;
  const value = (headers.get('cookie') ?? '')
    .split(/;\s*/)
    .find((part) => part.startsWith(prefix))
    ?.slice(prefix.length);
  return value && /^[A-Za-z0-9_-]{43}$/.test(value) ? value : undefined;
}

const WINDOW_MS = 15 * 60_000;
const MAX_FAILURES = 10;
const MAX_NAMES = 10_000;
const failures = new Map<string, number[]>();

/** @returns the cookie to set. @throws AppError unauthenticated, too_many_attempts */
export async function signIn(name: string, password: string): Promise<string> {
  const recent = (failures.get(name) ?? []).filter((at) => at > Date.now() - WINDOW_MS);
  if (recent.length >= MAX_FAILURES)
    throw new AppError(
      'too_many_attempts',
      'Too many attempts for this name. Try again in 15 minutes.',
      { 'retry-after': '900' },
    );
  // Written down before anything is awaited: guesses made at the same time count too.
  // The oldest makes room: a flood of invented names must not free the others.
  if (failures.size >= MAX_NAMES) failures.delete(failures.keys().next().value!);
  failures.delete(name);
  failures.set(name, [...recent, Date.now()]);
  const user = await userByName(name);
  if (!(await verifyPassword(user?.passwordHash, password)) || !user) {
    metrics().signInFailures.inc();
    log().warn({ failures: recent.length + 1 }, 'sign-in refused');
    throw new AppError('unauthenticated', 'Name or password is wrong.');
  }
  failures.delete(name);
  const secret = newSecret();
  const hours = config().SESSION_HOURS;
  await saveSession(secret, user.id, new Date(Date.now() + hours * 3_600_000));
  log().info({ user: user.id, role: user.role }, 'signed in');
  return cookieOf(secret, hours * 3600);
}

/** Ends the session on the server too. @returns the cookie that clears the browser's. */
export async function signOut(headers: { get(name: string): string | null }): Promise<string> {
  const secret = sessionSecret(headers);
  if (secret) {
    remembered.delete(secret);
    await endSession(secret);
  }
  return cookieOf('', 0);
}
