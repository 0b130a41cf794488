import { PageMessage } from '@/components/shell/page-message';

const LINKS = [
  { href: '/', title: 'Find a request' },
  { href: '/alerts', title: 'All alerts' },
];

export default function NotFound() {
  return <PageMessage title="There is no such page." links={LINKS} />;
}
