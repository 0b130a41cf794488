'use client';

import ui from '@/components/ui/ui.module.css';
import { formatCount } from '@/lib/time/format';
import { PAGE_TABS, type PageTab } from './search-params';
import { NAVIGATION, useRequestSearch } from './use-request-search';
import { ZOOM_IN, ZOOM_OUT } from './waterfall/keyboard';
import styles from './request-page.module.css';

/** On a phone nothing can be dragged, and the parts of the page take turns. */
export function ZoomButtons({ onZoom }: { onZoom: (factor: number | null) => void }) {
  return (
    <div className={styles.zoomButtons}>
      <button type="button" className={ui.button} onClick={() => onZoom(ZOOM_IN)}>
        Zoom in
      </button>
      <button type="button" className={ui.button} onClick={() => onZoom(ZOOM_OUT)}>
        Zoom out
      </button>
      <button type="button" className={ui.button} onClick={() => onZoom(null)}>
        Reset zoom
      </button>
    </div>
  );
}

export function PageTabs({ tab, logCount }: { tab: PageTab; logCount: number }) {
  const [, setSearch] = useRequestSearch();
  const titles: Readonly<Record<PageTab, string>> = {
    timeline: 'Timeline',
    logs: `Logs ${formatCount(logCount)}`,
    metrics: 'Metrics',
    operations: 'Operations',
    compare: 'Compare',
  };
  return (
    <div className={styles.pageTabs} role="group" aria-label="Show">
      {PAGE_TABS.map((name) => (
        <button
          key={name}
          type="button"
          aria-pressed={tab === name}
          onClick={() => void setSearch({ tab: name }, NAVIGATION)}
        >
          {titles[name]}
        </button>
      ))}
    </div>
  );
}
