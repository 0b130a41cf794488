import type { PanelView } from '@/lib/dashboards/contract';
import type { DashboardActions } from './use-dashboard-state';
import styles from './dashboards.module.css';

interface Props {
  readonly panel: PanelView;
  readonly isTable: boolean;
  readonly actions: DashboardActions;
  readonly csvUrl: string;
}

/** Title and question of a panel, and what can be done with it. */
export function PanelHeader({ panel, isTable, actions, csvUrl }: Props) {
  const { id, title, question, ignores, kind, grafana } = panel;
  return (
    <header>
      <div>
        <h2 id={`panel-${id}`}>{title}</h2>
        <p>
          {question}
          {ignores.length > 0 && ` Not by ${ignores.join(' or ')}.`}
        </p>
      </div>
      <div className={styles.actions}>
        {kind !== 'table' && (
          <button
            type="button"
            className={styles.action}
            aria-pressed={isTable}
            onClick={() => actions.toggleTable(id)}
          >
            {isTable ? 'Chart' : 'Table'}
          </button>
        )}
        <button type="button" className={styles.action} onClick={() => actions.openRequests(id)}>
          Requests
        </button>
        <button
          type="button"
          className={styles.action}
          onClick={() => actions.openRule(id)}
          aria-label={`Make an alert of ${title}`}
        >
          Alert
        </button>
        <a className={styles.action} href={csvUrl} download aria-label={`${title} as CSV`}>
          CSV
        </a>
        {grafana && (
          <a
            className={styles.action}
            href={grafana}
            target="_blank"
            rel="noreferrer"
            aria-label={`${title} in Grafana`}
          >
            Grafana
          </a>
        )}
      </div>
    </header>
  );
}
