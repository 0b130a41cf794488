import Link from 'next/link';
import { Panel } from '@/components/ui/panel';

export default function NotFound() {
  return (
    <main>
      <Panel
        state="empty"
        height="60vh"
        message={<h1>There is no such page.</h1>}
        action={<Link href="/">Find a request</Link>}
      />
    </main>
  );
}
