import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { createLoader, type SearchParams } from 'nuqs/server';
import { RequestPage } from '@/components/requests/request-page';
import { requestSearchParams } from '@/components/requests/search-params';
import { requirePage } from '@/lib/auth/require-page';
import { asSearchId } from '@/lib/correlation-id/grammar';
import { loadFirstAnswer } from '@/lib/pages/first-answer';

interface Props {
  readonly params: Promise<{ correlationId: string }>;
  readonly searchParams: Promise<SearchParams>;
}

const loadSearchParams = createLoader(requestSearchParams);

/** A text that is no percent-encoding is taken as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // No error: a pasted text need not be percent-encoded.
    return text;
  }
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: decoded((await params).correlationId).slice(0, 40) };
}

export default async function Page({ params, searchParams }: Props) {
  await requirePage('request:read');
  const id = asSearchId(decoded((await params).correlationId));
  if (!id) notFound();
  const { from, to, evidence } = await loadSearchParams(searchParams);
  const firstAnswer = await loadFirstAnswer(id, {
    from: from ?? undefined,
    to: to ?? undefined,
    evidence: evidence ?? undefined,
  });
  return (
    <main>
      <RequestPage
        id={id}
        firstAnswer={firstAnswer && JSON.stringify(firstAnswer)}
        key={`${id} ${from} ${to} ${evidence}`}
      />
    </main>
  );
}
