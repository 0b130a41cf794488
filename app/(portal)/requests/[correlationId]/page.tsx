import type { Metadata } from 'next';
import { RequestPage } from '@/components/requests/request-page';
import { Panel } from '@/components/ui/panel';
import { requirePage } from '@/lib/auth/require-page';
import { asCorrelationId } from '@/lib/correlation-id/grammar';
import { BAD_ID } from '@/lib/correlation-id/schema';

interface Props {
  readonly params: Promise<{ correlationId: string }>;
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: decoded((await params).correlationId).slice(0, 40) };
}

export default async function Page({ params }: Props) {
  await requirePage('request:read');
  const text = decoded((await params).correlationId);
  const id = asCorrelationId(text);
  return (
    <main>
      {id ? (
        <RequestPage id={id} key={id} />
      ) : (
        <Panel state="empty" height="50vh" message={<h1>{BAD_ID}</h1>} />
      )}
    </main>
  );
}
