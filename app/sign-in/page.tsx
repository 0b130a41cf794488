import type { Metadata } from 'next';
import { SignInForm } from '@/components/shell/sign-in-form';
import { safeNext } from '@/lib/auth/require-page';

export const metadata: Metadata = { title: 'Sign in' };
/** The one page without a decision: nobody is signed in yet. */
export const access = 'public';

export default async function SignInPage({
  searchParams,
}: {
  searchParams: Promise<{ next?: string | string[] }>;
}) {
  const { next } = await searchParams;
  return <SignInForm next={safeNext(typeof next === 'string' ? next : undefined)} />;
}
