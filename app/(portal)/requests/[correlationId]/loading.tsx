import { PageLoading } from '@/components/shell/page-loading';

export default function Loading() {
  return <PageLoading message="Searching all sources: last 15 min…" />;
}
