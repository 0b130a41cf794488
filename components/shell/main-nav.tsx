'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import ui from '@/components/ui/ui.module.css';
import { formatCount } from '@/lib/time/format';
import { firingCountQuery } from './queries';
import { sectionOf, type Section } from './section';

const LINKS: readonly { section: Section; title: string; href: string; small: boolean }[] = [
  { section: 'requests', title: 'Requests', href: '/', small: false },
  { section: 'dashboards', title: 'Dashboards', href: '/dashboards/application', small: true },
  { section: 'alerts', title: 'Alerts', href: '/alerts', small: true },
  { section: 'sources', title: 'Sources', href: '/sources', small: false },
];

/**
 * The sections of the portal, and how many alerts fire; narrow screens show the `small` ones. Not
 * prefetched: the code of other pages must not compete with the page that is opened.
 */
export function MainNav({ firing: initial }: { firing: number | null }) {
  const current = sectionOf(usePathname());
  const { data: firing } = useQuery({
    ...firingCountQuery,
    ...(initial === null ? {} : { initialData: initial }),
  });
  return (
    <nav className={ui.nav} aria-label="Main">
      {LINKS.map(({ section, title, href, small }) => (
        <Link
          key={section}
          href={href}
          prefetch={false}
          className={small ? undefined : ui.hideSmall}
          aria-current={section === current ? 'page' : undefined}
        >
          {title}
          {section === 'alerts' && firing ? (
            <b className={ui.alertCount}> {formatCount(firing)}</b>
          ) : null}
        </Link>
      ))}
    </nav>
  );
}
