import { signInBody } from '@/lib/auth/contract';
import { signIn, signOut } from '@/lib/auth/sign-in';
import { noContent, withHeaders } from '@/lib/http/answers';
import { handle } from '@/lib/http/inbound';

export const POST = handle(
  {
    method: 'POST',
    access: 'public',
    route: '/api/session',
    summary: 'Sign in: sets the session cookie',
    body: signInBody,
    answers: [noContent('signed in')],
    errors: ['unauthenticated', 'too_many_attempts'],
  },
  async ({ body: { name, password } }) =>
    withHeaders(undefined, { 'set-cookie': await signIn(name, password) }),
);

export const DELETE = handle(
  {
    method: 'DELETE',
    access: 'session:end',
    route: '/api/session',
    summary: 'Sign out: ends the session and clears its cookie',
    answers: [noContent('signed out')],
  },
  async ({ request }) => withHeaders(undefined, { 'set-cookie': await signOut(request.headers) }),
);
