import { z } from 'zod';
import { ROLES } from '@/lib/auth/authorize';
import { newSecret } from '@/lib/auth/principal';
import { deleteToken, listTokens, saveToken } from '@/lib/auth/repository';
import { AppError } from '@/lib/errors/app-error';
import { handle } from '@/lib/http/inbound';

const body = z.object({
  name: z.string().min(1).max(100),
  role: z.enum(ROLES),
  expiresAt: z.iso.datetime().optional(),
});

export const GET = handle({ access: 'token:manage', route: '/api/tokens' }, async () => ({
  tokens: await listTokens(),
}));

/** The secret is in this answer and nowhere else. */
export const POST = handle(
  { access: 'token:manage', route: '/api/tokens', body },
  async ({ body: { name, role, expiresAt } }) => {
    const secret = newSecret();
    const { id } = await saveToken(name, secret, role, expiresAt ? new Date(expiresAt) : undefined);
    return Response.json({ id, token: secret }, { status: 201 });
  },
);

export const DELETE = handle(
  { access: 'token:manage', route: '/api/tokens', query: z.object({ id: z.uuid() }) },
  async ({ query: { id } }) => {
    if (!(await deleteToken(id))) throw new AppError('not_found', 'There is no such token.');
  },
);
