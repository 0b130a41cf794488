import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { prisma } from '@/lib/db/client';
import { limitPool } from '@/lib/db/pool';
import { createRateLimit } from '@/lib/db/rate-limit';
import { hashPassword } from './password';
import { principalOf } from './principal';
import { saveUser } from './repository';
import { sessionCookieName } from './session-cookie';
import { signIn, signOut } from './sign-in';

beforeAll(async () => {
  process.env.DATABASE_URL = inject('databaseUrl');
  process.env.LOG_LEVEL = 'silent';
  process.env.HOSTNAME = '127.0.0.1';
  await saveUser('viewer-1', await hashPassword('correct horse'), 'viewer');
});
afterAll(() => Promise.all([prisma().$disconnect(), limitPool().end()]));

const headersOf = (values: Record<string, string>) => new Headers(values);
const cookieIn = (setCookie: string) => setCookie.split(';')[0]!;

test('a right password makes a session, signing out ends it on the server', async () => {
  const cookie = cookieIn(await signIn('viewer-1', 'correct horse'));
  expect(await principalOf(headersOf({ cookie }))).toMatchObject({
    kind: 'user',
    name: 'viewer-1',
    role: 'viewer',
  });
  await signOut(headersOf({ cookie }));
  expect(await principalOf(headersOf({ cookie }))).toBeUndefined();
});

test('the cookie is closed to scripts and to other sites', async () => {
  const cookie = await signIn('viewer-1', 'correct horse');
  expect(cookie).toMatch(/HttpOnly/);
  expect(cookie).toMatch(/SameSite=Lax/);
  expect(cookieIn(cookie).startsWith(sessionCookieName())).toBe(true);
});

test('wrong passwords and unknown names are refused alike, and soon altogether', async () => {
  await expect(signIn('viewer-1', 'wrong')).rejects.toMatchObject({
    code: 'unauthenticated',
    message: 'Name or password is wrong.',
  });
  for (let attempt = 0; attempt < 10; attempt += 1)
    await expect(signIn('nobody', 'wrong')).rejects.toMatchObject({
      code: 'unauthenticated',
      message: 'Name or password is wrong.',
    });
  await expect(signIn('nobody', 'wrong')).rejects.toMatchObject({ code: 'too_many_attempts' });
});

test('guesses made at the same time count too', async () => {
  const answers = await Promise.allSettled(
    Array.from({ length: 30 }, () => signIn('crowd', 'wrong')),
  );
  const codes = answers.map((answer) =>
    answer.status === 'rejected' ? (answer.reason as { code: string }).code : 'in',
  );
  expect(codes.filter((code) => code === 'unauthenticated')).toHaveLength(10);
  expect(codes.filter((code) => code === 'too_many_attempts')).toHaveLength(20);
});

test('a refusal says when the next attempt is allowed', async () => {
  await Promise.allSettled(Array.from({ length: 10 }, () => signIn('impatient', 'wrong')));
  const refusal = await signIn('impatient', 'wrong').catch((error: unknown) => error);
  const { code, headers } = refusal as { code: string; headers: Record<string, string> };
  expect(code).toBe('too_many_attempts');
  expect(Number(headers['retry-after'])).toBeGreaterThan(0);
  expect(Number(headers['retry-after'])).toBeLessThanOrEqual(15 * 60);
});

test('a right password makes the wrong ones of before forgotten', async () => {
  await saveUser('forgetful', await hashPassword('correct horse'), 'viewer');
  for (let round = 0; round < 2; round += 1) {
    for (let attempt = 0; attempt < 9; attempt += 1)
      await expect(signIn('forgetful', 'wrong')).rejects.toMatchObject({ code: 'unauthenticated' });
    await signIn('forgetful', 'correct horse');
  }
});

test('replicas count together, subject by subject', async () => {
  const options = { maxAttempts: 3, windowSeconds: 60 };
  const [one, other] = [createRateLimit('test', options), createRateLimit('test', options)];
  expect(await one.count('name')).toMatchObject({ attempts: 1, allowed: true });
  expect(await other.count('name')).toMatchObject({ attempts: 2, allowed: true });
  expect(await one.count('name')).toMatchObject({ attempts: 3, allowed: true });
  expect(await other.count('name')).toMatchObject({ allowed: false });
  expect(await one.count('another name')).toMatchObject({ attempts: 1, allowed: true });
});

test('a replica that refused a subject allows it again once another forgot its attempts', async () => {
  const options = { maxAttempts: 1, windowSeconds: 60 };
  const one = createRateLimit('test-forgotten', options);
  const other = createRateLimit('test-forgotten', options);
  await one.count('name');
  expect(await one.count('name')).toMatchObject({ allowed: false });
  expect(await one.count('name')).toMatchObject({ allowed: false });
  await other.forget('name');
  expect(await one.count('name')).toMatchObject({ attempts: 1, allowed: true });
});

test('a window that is over begins anew', async () => {
  const options = { maxAttempts: 1, windowSeconds: 60 };
  const limit = createRateLimit('test-window', options);
  await limit.count('name');
  await limitPool().query(`UPDATE rate_limits SET expire = 1 WHERE key LIKE 'test-window:%'`);
  expect(await limit.count('name')).toMatchObject({ attempts: 1, allowed: true });
});

test('no name that was typed is stored as it is', async () => {
  await signIn('a password typed as a name', 'wrong').catch(() => undefined);
  const { rows } = await limitPool().query<{ key: string }>('SELECT key FROM rate_limits');
  expect(rows.length).toBeGreaterThan(0);
  expect(rows.filter(({ key }) => key.includes('password'))).toEqual([]);
});
