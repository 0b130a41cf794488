import { PageMessage } from '@/components/shell/page-message';
import { BAD_ID } from '@/lib/correlation-id/schema';

const LINKS = [
  { href: '/', title: 'Find a request' },
  { href: '/alerts', title: 'All alerts' },
];

export default function NotFound() {
  return <PageMessage title={BAD_ID} links={LINKS} />;
}
