import type { Acknowledgement, EpisodeRow } from '@/lib/alerts/contract';
import { formatCounted } from '@/lib/time/format';

/** Why a source cannot silence, for people. */
const NOT_POSSIBLE: Readonly<Record<Exclude<EpisodeRow['silence'], 'possible'>, string>> = {
  not_alertmanager: 'Its source is no Alertmanager.',
  no_peers: 'No member of its Alertmanager is configured (peers).',
  source_gone: 'Its source is not configured any more.',
};

export const describeNoSilence = (ability: EpisodeRow['silence']): string =>
  ability === 'possible' ? '' : NOT_POSSIBLE[ability];

/** What became of a silence that somebody asked for; empty where there is nothing to say. */
export function describeSilence({ silenced, silenceFailure }: Acknowledgement): string {
  if (silenced === 'yes') return 'silenced in Alertmanager';
  if (silenced === 'failed') return `not silenced: ${silenceFailure}`;
  if (silenced === 'no') return '';
  return silenceFailure
    ? `not silenced yet, tried again: ${silenceFailure}`
    : 'being silenced in Alertmanager…';
}

/** What a choice to silence would reach. @param total what is acknowledged */
export function silenceLabel(silenceable: number, total: number): string {
  const until = 'until then or until it resolves';
  if (silenceable === total) return `Silence it in Alertmanager too, ${until}`;
  return `Silence ${formatCounted(silenceable, 'alert')} of ${total} in Alertmanager too, ${until}`;
}
