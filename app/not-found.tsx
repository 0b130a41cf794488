import Link from 'next/link';
import { PageMessage } from '@/components/shell/page-message';
import { Mark } from '@/components/ui/mark';
import ui from '@/components/ui/ui.module.css';

const LINKS = [
  { href: '/', title: 'Find a request' },
  { href: '/alerts', title: 'All alerts' },
];

/** Outside the portal's pages nobody is known to be signed in: the bar holds only the way home. */
export default function NotFound() {
  return (
    <>
      <header className={ui.bar}>
        <Link href="/" className={ui.brand}>
          <Mark /> Throughline
        </Link>
      </header>
      <PageMessage title="There is no such page." links={LINKS} />
    </>
  );
}
