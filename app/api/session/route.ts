import { z } from 'zod';
import { signIn, signOut } from '@/lib/auth/principal';
import { handle } from '@/lib/http/inbound';

const body = z.object({
  name: z
    .string()
    .min(1)
    .max(200)
    .regex(/^[^\p{Cc}]+$/u, 'must hold no control characters'),
  password: z.string().min(1).max(1000),
});

export const POST = handle(
  { access: 'public', route: '/api/session', body },
  async ({ body: { name, password } }) =>
    new Response(null, { status: 204, headers: { 'set-cookie': await signIn(name, password) } }),
);

export const DELETE = handle(
  { access: 'session:end', route: '/api/session' },
  async ({ request }) =>
    new Response(null, { status: 204, headers: { 'set-cookie': await signOut(request.headers) } }),
);
