import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { AppError } from '@/lib/errors/app-error';
import { authorize, type Action, type Principal } from './authorize';
import { principalOf } from './principal';

/** The decision of a page: the principal, or off to sign-in and back. */
export async function requirePage(action: Action, here: string): Promise<Principal> {
  try {
    return authorize(await principalOf(await headers()), action);
  } catch (error) {
    if (error instanceof AppError && error.code === 'unauthenticated')
      redirect(`/sign-in?next=${encodeURIComponent(here)}`);
    throw error;
  }
}

/** Where to go after sign-in: a path of our own, whatever was asked for. */
export function safeNext(next: string | undefined): string {
  return next && /^\/(?![/\\])[\x21-\x7e]*$/.test(next) && !next.includes('\\') ? next : '/';
}
