import { Stripe } from '@/components/ui/stripe';
import type { LogRow as Log } from '@/lib/requests/contract';
import { levelText, unattachedText, withoutEscapes } from './log-text';
import shared from '../requests.module.css';
import styles from './logs.module.css';

interface Props {
  readonly log: Log;
  readonly services: readonly string[];
  readonly place: { readonly index: number; readonly top: number; readonly tabIndex: 0 | -1 };
  readonly selected: boolean;
  readonly onFocus: () => void;
  readonly onSelect: () => void;
  readonly onShowContext: () => void;
}

export function LogRow({
  log,
  services,
  place,
  selected,
  onFocus,
  onSelect,
  onShowContext,
}: Props) {
  return (
    <div
      role="row"
      data-index={place.index}
      aria-rowindex={place.index + 1}
      aria-selected={selected}
      tabIndex={place.tabIndex}
      className={styles.log}
      style={{ transform: `translateY(${place.top}px)` }}
      onFocus={onFocus}
      onClick={onSelect}
    >
      <span role="gridcell" className="mono">
        {log.time.slice(11, 23)}
      </span>
      <span
        role="gridcell"
        className={shared.level}
        data-level={log.level}
        title={log.severityText}
      >
        {levelText(log.level)}
      </span>
      <span role="gridcell" className={styles.service}>
        <Stripe service={log.service} services={services} /> {log.service}
      </span>
      <span role="gridcell" className={styles.message}>
        {withoutEscapes(log.body)}
      </span>
      <span role="gridcell" className={styles.last}>
        <span>{unattachedText(log)}</span>
        <button
          type="button"
          className={styles.contextButton}
          tabIndex={place.tabIndex}
          onClick={(event) => {
            event.stopPropagation();
            onShowContext();
          }}
          onKeyDown={(event) => event.stopPropagation()}
        >
          Context
        </button>
      </span>
    </div>
  );
}
