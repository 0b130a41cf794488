import { NuqsAdapter } from 'nuqs/adapters/next/app';
import type { ReactNode } from 'react';
import { QueryProvider } from '@/components/shell/query-provider';
import { TopBar } from '@/components/shell/top-bar';
import { countFiring } from '@/lib/alerts/episodes/load-episodes';
import { requireSignedIn } from '@/lib/auth/require-page';

/** The bar stays where it is while pages change, load or fail. */
export default async function PortalLayout({ children }: { children: ReactNode }) {
  const { name } = await requireSignedIn();
  return (
    <QueryProvider>
      <NuqsAdapter>
        <TopBar user={name} firing={await countFiring()} />
        {children}
      </NuqsAdapter>
    </QueryProvider>
  );
}
