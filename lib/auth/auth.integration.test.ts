import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { migrate } from '@/lib/db/migrate';
import { prisma } from '@/lib/db/client';
import { json, noContent } from '@/lib/http/answers';
import { handle } from '@/lib/http/inbound';
import { authorize, ROLES, type Action, type Principal } from './authorize';
import { hashPassword } from './password';
import { principalOf } from './principal';
import { saveToken, saveUser } from './repository';
import { newSecret } from './session-cookie';
import { signIn } from './sign-in';

beforeAll(async () => {
  process.env.DATABASE_URL = inject('databaseUrl');
  process.env.LOG_LEVEL = 'silent';
  process.env.HOSTNAME = '127.0.0.1';
  await saveUser('viewer-1', await hashPassword('correct horse'), 'viewer');
});
afterAll(() => prisma().$disconnect());

const headersOf = (values: Record<string, string>) => new Headers(values);
const cookieIn = (setCookie: string) => setCookie.split(';')[0]!;

test('a token is known by its secret only, and until it expires', async () => {
  const [good, old] = [newSecret(), newSecret()];
  await saveToken('scripts', good, 'responder');
  await saveToken('old', old, 'admin', new Date(Date.now() - 1000));
  expect(await principalOf(headersOf({ authorization: `Bearer ${good}` }))).toMatchObject({
    kind: 'token',
    role: 'responder',
  });
  for (const bad of [`Bearer ${old}`, `Bearer ${good.slice(0, -1)}x`, `Basic ${good}`, 'Bearer '])
    expect(await principalOf(headersOf({ authorization: bad }))).toBeUndefined();
});

test('every action is denied to nobody and allowed from its least role on', () => {
  const as = (role: Principal['role']): Principal => ({ kind: 'user', id: '1', name: 'x', role });
  const least: Record<Action, Principal['role']> = {
    'request:read': 'viewer',
    'dashboard:read': 'viewer',
    'source:read': 'viewer',
    'alert:read': 'viewer',
    'alert:answer': 'responder',
    'channel:test': 'admin',
    'session:end': 'viewer',
    'token:manage': 'admin',
  };
  for (const [action, role] of Object.entries(least) as [Action, Principal['role']][]) {
    expect(() => authorize(undefined, action)).toThrow(
      expect.objectContaining({ code: 'unauthenticated' }),
    );
    for (const each of ROLES) {
      if (ROLES.indexOf(each) >= ROLES.indexOf(role))
        expect(authorize(as(each), action).role).toBe(each);
      else
        expect(() => authorize(as(each), action)).toThrow(
          expect.objectContaining({ code: 'forbidden' }),
        );
    }
  }
});

/** What these tests do not look at. */
const described = {
  method: 'GET',
  route: '/x',
  summary: 'Test',
  answers: [json(z.unknown())],
} as const;

const call = (
  handler: ReturnType<typeof handle>,
  init: RequestInit = {},
  params: Record<string, string> = {},
) => handler(new Request('http://127.0.0.1:3000/x?n=1', init), { params: Promise.resolve(params) });

test('a handler refuses strangers with problem+json and the correlation id', async () => {
  const response = await call(
    handle({ ...described, access: 'request:read' }, async () => ({ secret: true })),
  );
  expect([response.status, response.headers.get('content-type')]).toEqual([
    401,
    'application/problem+json',
  ]);
  const body = (await response.json()) as Record<string, unknown>;
  expect(body).toMatchObject({
    code: 'unauthenticated',
    status: 401,
    correlation_id: response.headers.get('x-correlation-id'),
  });
});

test('a state change from another site is refused, whatever cookie it brings', async () => {
  const cookie = cookieIn(await signIn('viewer-1', 'correct horse'));
  const handler = handle(
    { ...described, access: 'session:end', answers: [noContent()] },
    async () => undefined,
  );
  const from = (headers: Record<string, string>) =>
    call(handler, { method: 'DELETE', headers: { cookie, ...headers } });
  expect((await from({ origin: 'https://evil.example' })).status).toBe(403);
  expect((await from({})).status).toBe(403);
  expect((await from({ 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  expect((await from({ origin: 'http://127.0.0.1:3000' })).status).toBe(204);
});

test('bad input is one clear sentence, and an unknown error says nothing of itself', async () => {
  const handler = handle(
    {
      ...described,
      access: 'public',
      query: z.object({ n: z.coerce.number().min(5, 'must be at least 5') }),
    },
    async () => ({}),
  );
  expect(await (await call(handler)).json()).toMatchObject({
    code: 'invalid_input',
    title: 'n: must be at least 5',
  });
  const broken = handle({ ...described, access: 'public' }, async () => {
    throw new Error('password=hunter2');
  });
  const response = await call(broken);
  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain('hunter2');
});

test('a body that is too large or of another type never reaches the handler', async () => {
  const handler = handle({ ...described, access: 'public', body: z.object({}) }, async () => ({}));
  const post = (body: string, type = 'application/json') =>
    call(handler, {
      method: 'POST',
      body,
      headers: { 'content-type': type, origin: 'http://127.0.0.1:3000' },
    });
  expect((await post('x'.repeat(70_000))).status).toBe(413);
  expect((await post('{}', 'text/plain')).status).toBe(415);
  expect((await post('{')).status).toBe(400);
  expect((await post('{}')).status).toBe(200);
});

test('migrations are applied once, whoever starts first', async () => {
  expect(
    await Promise.all([
      migrate(inject('databaseUrl'), process.cwd()),
      migrate(inject('databaseUrl'), process.cwd()),
    ]),
  ).toEqual([[], []]);
});
