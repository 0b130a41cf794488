import type { ResolutionAbility, SilenceAbility } from '../contract';
import { alertSources } from './credentials';

/** What the portal can do with a source beside taking its messages. Asked now, not when it fired. */
export function silenceAbility(source: string): SilenceAbility {
  const configured = alertSources().find(({ name }) => name === source);
  if (!configured) return 'source_gone';
  if (configured.kind !== 'alertmanager') return 'not_alertmanager';
  return configured.peers.length > 0 ? 'possible' : 'no_peers';
}

/** The lists of its members say what fires, and would bring back what a person resolved. */
export const resolutionAbility = (source: string): ResolutionAbility =>
  silenceAbility(source) === 'possible' ? 'source_tells' : 'possible';

/** Why nothing can be silenced in a source, as a sentence; undefined where it can. */
export function whyNoSilence(source: string): string | undefined {
  switch (silenceAbility(source)) {
    case 'possible':
      return undefined;
    case 'not_alertmanager':
      return `${source} is no Alertmanager, so nothing can be silenced there from here.`;
    case 'no_peers':
      return `No member of ${source} is configured (peers), so nothing can be silenced there.`;
    case 'source_gone':
      return `${source} is not configured any more, so nothing can be silenced there.`;
  }
}
