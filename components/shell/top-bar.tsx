import Link from 'next/link';
import { Mark } from '@/components/ui/mark';
import ui from '@/components/ui/ui.module.css';
import { BarSearch } from './bar-search';
import { KeySheet } from './key-sheet';
import { MainNav } from './main-nav';
import { SignOut } from './sign-out';
import { ThemeToggle } from './theme-toggle';

/** The bar of every page: where one is, the search, and who is signed in. */
export function TopBar({ user, firing }: { user: string; firing: number | null }) {
  return (
    <header className={ui.bar}>
      <Link href="/" prefetch={false} className={ui.brand} aria-label="Throughline, home">
        <Mark />
        <span className={ui.brandName}>Throughline</span>
      </Link>
      <MainNav firing={firing} />
      <div className={ui.barSearch}>
        <BarSearch />
      </div>
      <div className={ui.tools}>
        <KeySheet />
        <ThemeToggle />
        <SignOut name={user} />
      </div>
    </header>
  );
}
