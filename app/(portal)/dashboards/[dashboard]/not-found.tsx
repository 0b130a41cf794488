'use client';

import { useParams } from 'next/navigation';
import { PageMessage } from '@/components/shell/page-message';

const LINKS = [
  { href: '/dashboards/application', title: 'Application' },
  { href: '/dashboards/runners', title: 'Runners' },
  { href: '/dashboards/cluster', title: 'Cluster' },
];

export default function DashboardNotFound() {
  const { dashboard } = useParams<{ dashboard: string }>();
  return (
    <PageMessage title="There is no such dashboard." links={LINKS}>
      <p>
        No dashboard is called <span className="mono">{dashboard}</span>.
      </p>
    </PageMessage>
  );
}
