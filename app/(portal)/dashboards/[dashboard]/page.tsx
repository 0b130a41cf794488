import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { Dashboard } from '@/components/dashboards/dashboard';
import { requirePage } from '@/lib/auth/require-page';
import { getDashboard } from '@/lib/dashboards/catalogue/catalogue';
import { dashboardParams } from '@/lib/dashboards/contract';

interface Props {
  readonly params: Promise<{ dashboard: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const parsed = dashboardParams.safeParse(await params);
  return { title: parsed.success ? getDashboard(parsed.data.dashboard).title : 'Dashboards' };
}

export default async function Page({ params }: Props) {
  await requirePage('dashboard:read');
  const parsed = dashboardParams.safeParse(await params);
  if (!parsed.success) notFound();
  const { id, title, question, parameters, panels, requestList } = getDashboard(
    parsed.data.dashboard,
  );
  return (
    <Dashboard
      key={id}
      id={id}
      title={title}
      question={question}
      parameters={parameters}
      panelIds={panels.map((panel) => panel.id)}
      list={requestList?.title ?? null}
    />
  );
}
