import type { EpisodeView } from '@/lib/alerts/contract';
import { formatInstant } from '@/lib/time/format';
import { formatClock } from './alert-text';
import { impactSentence } from './impact-text';

/** An episode as text to paste into a chat: what fires, how bad, who has it, and its link. */
export function copyText(episode: EpisodeView, url: string, nowMs: number): string {
  const { severity, name, service, state, startedAt, impact } = episode;
  const where = service ? ` on ${service}` : '';
  const since = formatInstant(Date.parse(startedAt), nowMs);
  const { share, rest } = impact ? impactSentence(impact, nowMs) : { share: null, rest: '' };
  return [
    `${severity}: ${name}${where}, ${state} since ${since}`,
    `${share ?? ''}${rest}`,
    ownerSentence(episode),
    url,
  ]
    .filter(Boolean)
    .join('\n');
}

function ownerSentence({ acknowledgement, state }: EpisodeView): string {
  if (acknowledgement)
    return `Acknowledged by ${acknowledgement.owner} until ${formatClock(acknowledgement.expiresAt)} UTC.`;
  return state === 'resolved' ? '' : 'Nobody has acknowledged it.';
}
