import type { EpisodeRow } from '@/lib/alerts/contract';
import type { Grouping } from './search-params';

export interface AlertGroup {
  /** What the alerts of this group share; empty when nothing is grouped. */
  readonly title: string;
  readonly ids: readonly string[];
}

/** Alerts by what they share, groups and rows in the order in which they come. */
export function groupAlerts(
  ids: readonly string[],
  rows: ReadonlyMap<string, EpisodeRow>,
  grouping: Grouping,
): AlertGroup[] {
  const groups = new Map<string, string[]>();
  for (const id of ids) {
    const title = titleOf(rows.get(id), grouping);
    groups.set(title, [...(groups.get(title) ?? []), id]);
  }
  return [...groups].map(([title, members]) => ({ title, ids: members }));
}

function titleOf(episode: EpisodeRow | undefined, grouping: Grouping): string {
  if (grouping === 'none') return '';
  const shared = grouping === 'severity' ? episode?.severityRank : episode?.[grouping];
  return shared ?? 'none';
}

/** Of these, those that somebody can still answer: they match the filters and are not over. */
export const answerable = (
  ids: readonly string[],
  rows: ReadonlyMap<string, EpisodeRow>,
  matching: ReadonlySet<string>,
): string[] => ids.filter((id) => matching.has(id) && rows.get(id)?.state !== 'resolved');

/** Of these, those that nobody has. Many at once are never taken from who has them. */
export const unacknowledged = (
  ids: readonly string[],
  rows: ReadonlyMap<string, EpisodeRow>,
  matching: ReadonlySet<string>,
): string[] => answerable(ids, rows, matching).filter((id) => rows.get(id)?.state === 'firing');
