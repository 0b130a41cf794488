import { config } from '@/lib/config/load';
import { processState } from '@/lib/config/process-state';
import { createRateLimit } from '@/lib/db/rate-limit';
import { AppError } from '@/lib/errors/app-error';
import { log } from '@/lib/observability/log';
import { metrics } from '@/lib/observability/metrics';
import { HOUR_MS } from '@/lib/time/units';
import { verifyPassword } from './password';
import { forgetPrincipal } from './principal';
import { endSession, saveSession, userByName } from './repository';
import { newSecret, sessionSecret, setSessionCookie, type HeaderReader } from './session-cookie';

const attempts = processState('auth.sign-in-attempts', () =>
  createRateLimit('sign_in', { maxAttempts: 10, windowSeconds: 15 * 60 }),
);

/**
 * Checks name and password and opens a session.
 * @returns the value of Set-Cookie
 * @throws AppError unauthenticated, too_many_attempts
 */
export async function signIn(name: string, password: string): Promise<string> {
  // Counted before the password is checked: guesses made at the same time count too.
  const attempt = await attempts().count(name);
  if (!attempt.allowed) throw tooManyAttempts(attempt.retryAfterSeconds);
  const user = await userByName(name);
  const matches = await verifyPassword(user?.passwordHash, password);
  if (!user || !matches) {
    metrics().signInFailures.inc();
    log().warn({ code: 'unauthenticated', attempts: attempt.attempts }, 'sign-in refused');
    throw new AppError('unauthenticated', 'Name or password is wrong.');
  }
  await attempts().forget(name);
  const secret = newSecret();
  const hours = config().SESSION_HOURS;
  await saveSession(secret, user.id, new Date(Date.now() + hours * HOUR_MS));
  log().info({ user: user.id, role: user.role }, 'signed in');
  return setSessionCookie(secret, hours * 3_600);
}

function tooManyAttempts(retryAfterSeconds: number): AppError {
  const minutes = Math.ceil(retryAfterSeconds / 60);
  return new AppError(
    'too_many_attempts',
    `Too many attempts for this name. Try again in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`,
    { 'retry-after': String(retryAfterSeconds) },
  );
}

/** Ends the session on the server too. @returns the value of Set-Cookie that deletes the cookie */
export async function signOut(headers: HeaderReader): Promise<string> {
  const secret = sessionSecret(headers);
  if (secret) {
    forgetPrincipal(secret);
    await endSession(secret);
  }
  return setSessionCookie('', 0);
}
