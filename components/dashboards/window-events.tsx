import { ChangeList } from '@/components/ui/change-list';
import type { DashboardPage } from '@/lib/pages/contract';
import { formatCount } from '@/lib/time/format';
import styles from './dashboards.module.css';

const STATE_LABELS = {
  firing: '✕ firing',
  acknowledged: '⚑ acknowledged',
  resolved: '■ resolved',
} as const;
const MAX_NAMES = 4;

/** Alerts that were open and changes in the window, in words: the charts only mark them. */
export function WindowEvents({ view }: { readonly view: DashboardPage }) {
  if (!view.complete) return <p className={styles.events}>Loading changes and alerts…</p>;
  const { episodes, changes, missing } = view;
  return (
    <div className={styles.events}>
      {missing.map(({ part, sentence }) => (
        <p key={part} role="status">
          {sentence}.
        </p>
      ))}
      <details data-testid="episodes">
        <summary>{episodesSummary(episodes, isKnown(view, 'episodes'))}</summary>
        <ul>
          {episodes.map((episode) => (
            <EpisodeItem key={episode.id} episode={episode} />
          ))}
        </ul>
      </details>
      <details data-testid="changes">
        <summary>{changesSummary(changes, isKnown(view, 'changes'))}</summary>
        <ChangeList changes={changes} />
      </details>
    </div>
  );
}

function EpisodeItem({ episode }: { readonly episode: DashboardPage['episodes'][number] }) {
  const { id, name, service, severity, startedAt, resolvedAt, state, owner } = episode;
  return (
    <li>
      <a href={`/alerts/${id}`}>{name}</a> {service} · {severity} ·{' '}
      <span className="mono">
        {startedAt.slice(11, 16)}–{resolvedAt?.slice(11, 16) ?? 'now'}
      </span>{' '}
      · {STATE_LABELS[state]}
      {owner ? ` ${owner}` : ''}
    </li>
  );
}

/** Whether the source of a part answered. */
const isKnown = ({ missing }: DashboardPage, part: 'changes' | 'episodes'): boolean =>
  missing.every((each) => each.part !== part);

const distinct = (names: readonly string[]): string[] => [...new Set(names)];

export function episodesSummary(
  episodes: readonly { readonly name: string }[],
  known: boolean,
): string {
  if (!known) return 'Which alerts were open is not known';
  if (episodes.length === 0) return 'No alert was open in this time';
  const names = distinct(episodes.map(({ name }) => name));
  const verb = episodes.length === 1 ? 'alert was' : 'alerts were';
  return `${formatCount(episodes.length)} ${verb} open: ${names.join(', ')}`;
}

export function changesSummary(
  changes: readonly { readonly object: string }[],
  known: boolean,
): string {
  if (!known) return 'What changed is not known';
  if (changes.length === 0) return 'No changes in this time';
  const objects = distinct(changes.map(({ object }) => object)).slice(0, MAX_NAMES);
  const noun = changes.length === 1 ? 'change' : 'changes';
  return `${formatCount(changes.length)} ${noun}: ${objects.join(', ')}`;
}
