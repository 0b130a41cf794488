import type { Mark } from '@/components/charts/rule-chart';
import type { EpisodeView } from '@/lib/alerts/contract';
import { formatClock } from './alert-text';

/** What happened to an episode, as marks on the graph of its rule. */
export function ruleMarks(episode: EpisodeView, pendingAt: string): Mark[] {
  const { startedAt, acknowledgement, resolvedAt } = episode;
  const marks: Mark[] = [mark(startedAt, 'fired', 'critical')];
  if (Date.parse(pendingAt) < Date.parse(startedAt))
    marks.unshift(mark(pendingAt, 'pending', 'warning'));
  if (acknowledgement) marks.push(mark(acknowledgement.createdAt, '⚑ acknowledged', 'accent'));
  if (resolvedAt) marks.push(mark(resolvedAt, 'resolved', 'ok'));
  return marks;
}

const mark = (at: string, event: string, tone: Mark['tone']): Mark => ({
  atMs: Date.parse(at),
  label: `${event} ${formatClock(at)}`,
  tone,
});
