import 'server-only';
import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { authorize, type Action, type Principal } from './authorize';
import { PAGE_PATH_HEADER, signInPath } from './page-path';
import { principalOf } from './principal';

/**
 * The decision of a page: the principal, or off to sign-in and back to exactly this URL.
 * @throws AppError forbidden
 */
export async function requirePage(action: Action): Promise<Principal> {
  return authorize(await requireSignedIn(), action);
}

/** Whoever is signed in, whatever the role; anybody else goes to sign-in and comes back. */
export async function requireSignedIn(): Promise<Principal> {
  const requestHeaders = await headers();
  const principal = await principalOf(requestHeaders);
  if (!principal) redirect(signInPath(requestHeaders.get(PAGE_PATH_HEADER)));
  return principal;
}
