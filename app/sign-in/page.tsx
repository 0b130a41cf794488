import type { Metadata } from 'next';
import { QueryProvider } from '@/components/shell/query-provider';
import { SignInForm } from '@/components/shell/sign-in-form';
import { safeNext } from '@/lib/auth/page-path';

export const metadata: Metadata = { title: 'Sign in' };
/** The one page without a decision: nobody is signed in yet. */
export const access = 'public';

interface Props {
  readonly searchParams: Promise<{ next?: string | string[] }>;
}

export default async function SignInPage({ searchParams }: Props) {
  const { next } = await searchParams;
  return (
    <QueryProvider>
      <SignInForm next={safeNext(typeof next === 'string' ? next : undefined)} />
    </QueryProvider>
  );
}
