import type { Change } from '@/lib/telemetry/around';
import ui from './ui.module.css';

const WORDS: Readonly<Record<Change['kind'], string>> = {
  rollout: '↻ rollout',
  scaling: '↕ scaling',
  warning: '▲ warning',
  event: 'event',
};

/** What happened to the cluster, oldest first. */
export function ChangeList({ changes }: { changes: readonly Change[] }) {
  return (
    <ul className={ui.changes}>
      {changes.map((change) => (
        <li key={`${change.at} ${change.object} ${change.reason}`} data-kind={change.kind}>
          <time className="mono" dateTime={change.at}>
            {change.at.slice(11, 19)}
          </time>{' '}
          <b>{change.object}</b> <span className={ui.changeKind}>{WORDS[change.kind]}</span>{' '}
          <span>
            {change.text}
            {change.count > 1 ? ` (${change.count} times)` : ''}
          </span>
        </li>
      ))}
    </ul>
  );
}
