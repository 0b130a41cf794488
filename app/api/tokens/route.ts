import { z } from 'zod';
import { createdToken, newTokenBody, tokenList } from '@/lib/auth/contract';
import { newSecret } from '@/lib/auth/session-cookie';
import { deleteToken, listTokens, saveToken } from '@/lib/auth/repository';
import { AppError } from '@/lib/errors/app-error';
import { json, noContent } from '@/lib/http/answers';
import { handle } from '@/lib/http/inbound';

const spec = { access: 'token:manage', route: '/api/tokens' } as const;

export const GET = handle(
  { ...spec, method: 'GET', summary: 'List machine credentials', answers: [json(tokenList)] },
  async () => ({
    tokens: (await listTokens()).map(({ createdAt, expiresAt, ...token }) => ({
      ...token,
      createdAt: createdAt.toISOString(),
      expiresAt: expiresAt?.toISOString() ?? null,
    })),
  }),
);

/** The secret is in this answer and nowhere else. */
export const POST = handle(
  {
    ...spec,
    method: 'POST',
    summary: 'Create a machine credential',
    body: newTokenBody,
    answers: [json(createdToken, { status: 201 })],
  },
  async ({ body: { name, role, expiresAt } }) => {
    const secret = newSecret();
    const { id } = await saveToken(name, secret, role, expiresAt ? new Date(expiresAt) : undefined);
    return { id, token: secret };
  },
);

export const DELETE = handle(
  {
    ...spec,
    method: 'DELETE',
    summary: 'Revoke a machine credential',
    query: z.object({ id: z.uuid() }),
    answers: [noContent('it is revoked')],
  },
  async ({ query: { id } }) => {
    if (!(await deleteToken(id))) throw new AppError('not_found', 'There is no such token.');
  },
);
