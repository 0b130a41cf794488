import ui from './ui.module.css';

/** Something that happened to an object of the cluster; `at` is RFC 3339. */
export interface ClusterChange {
  readonly at: string;
  readonly kind: 'rollout' | 'scaling' | 'warning' | 'event';
  readonly object: string;
  readonly reason: string;
  readonly text: string;
  readonly count: number;
}

const KINDS: Readonly<Record<ClusterChange['kind'], string>> = {
  rollout: '↻ rollout',
  scaling: '↕ scaling',
  warning: '▲ warning',
  event: 'event',
};

/** What happened to the cluster, oldest first. */
export function ChangeList({ changes }: { changes: readonly ClusterChange[] }) {
  return (
    <ul className={ui.changes}>
      {changes.map((change) => (
        <li key={`${change.at} ${change.object} ${change.reason}`} data-kind={change.kind}>
          <time className="mono" dateTime={change.at}>
            {change.at.slice(11, 19)}
          </time>{' '}
          <b>{change.object}</b> <span className={ui.changeKind}>{KINDS[change.kind]}</span>{' '}
          <span>
            {change.text}
            {change.count > 1 ? ` (${change.count} times)` : ''}
          </span>
        </li>
      ))}
    </ul>
  );
}
