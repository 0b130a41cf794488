import { Mark } from '@/components/ui/mark';
import ui from '@/components/ui/ui.module.css';

const HOME = '/';

/** The bar where nobody is known to be signed in: it holds only the way home. */
export function PlainBar() {
  return (
    <header className={ui.bar}>
      <a href={HOME} className={ui.brand}>
        <Mark /> Throughline
      </a>
    </header>
  );
}
