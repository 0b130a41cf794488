import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { Dashboard } from '@/components/dashboards/dashboard';
import { SearchBox } from '@/components/shell/search-box';
import { TopBar } from '@/components/shell/top-bar';
import { countFiring } from '@/lib/alerts/episodes/load-episodes';
import { requirePage } from '@/lib/auth/require-page';
import { getDashboard } from '@/lib/dashboards/catalogue/catalogue';
import { dashboardParams } from '@/lib/dashboards/contract';

interface Props {
  readonly params: Promise<{ dashboard: string }>;
  readonly searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const parsed = dashboardParams.safeParse(await params);
  return { title: parsed.success ? getDashboard(parsed.data.dashboard).title : 'Dashboards' };
}

export default async function Page({ params, searchParams }: Props) {
  const raw = await params;
  const search = new URLSearchParams(
    Object.entries(await searchParams).flatMap(([key, value]) =>
      typeof value === 'string' ? [[key, value]] : [],
    ),
  );
  const principal = await requirePage(
    'dashboard:read',
    `/dashboards/${encodeURIComponent(raw.dashboard)}${search.size ? `?${search}` : ''}`,
  );
  const parsed = dashboardParams.safeParse(raw);
  if (!parsed.success) notFound();
  const { id, title, question, parameters, panels, requestList } = getDashboard(
    parsed.data.dashboard,
  );
  return (
    <>
      <TopBar
        current="dashboards"
        user={principal.name}
        alerts={await countFiring()}
        search={<SearchBox />}
      />
      <Dashboard
        key={id}
        id={id}
        title={title}
        question={question}
        parameters={parameters}
        panelIds={panels.map((panel) => panel.id)}
        list={requestList?.title ?? null}
      />
    </>
  );
}
