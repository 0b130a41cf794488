import { PageMessage } from '@/components/shell/page-message';
import { PlainBar } from '@/components/shell/plain-bar';

const LINKS = [
  { href: '/', title: 'Find a request' },
  { href: '/alerts', title: 'All alerts' },
];

export default function NotFound() {
  return (
    <>
      <PlainBar />
      <PageMessage title="There is no such page." links={LINKS} />
    </>
  );
}
