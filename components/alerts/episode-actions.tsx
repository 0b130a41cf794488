import { useMutation } from '@tanstack/react-query';
import ui from '@/components/ui/ui.module.css';
import type { EpisodeView } from '@/lib/alerts/contract';
import type { AcknowledgeRequest } from './acknowledge';
import { safeHref } from './alert-text';
import { copyText } from './copy-text';
import styles from './episode.module.css';

const COPIED_SHOWN_MS = 2_000;
/** What somebody is about to do with an episode. */
export type EpisodeAction = AcknowledgeRequest['mode'] | 'resolve';
type Silenced = NonNullable<EpisodeView['acknowledgement']>['silenced'];
const SILENCE: Readonly<Record<Silenced, string>> = {
  no: 'Silence',
  requested: 'Silencing…',
  yes: 'Silenced',
  failed: 'Silence again',
};

/** What can be done with an episode; who may not answer can still copy it. */
export function EpisodeActions({
  episode,
  mayAnswer,
  onAct,
}: {
  episode: EpisodeView;
  mayAnswer: boolean;
  onAct: (action: EpisodeAction) => void;
}) {
  const { acknowledgement } = episode;
  const answerable = mayAnswer && episode.state !== 'resolved';
  const silenced = acknowledgement?.silenced ?? 'no';
  const runbook = safeHref(episode.runbookUrl);
  return (
    <div className={styles.actions}>
      {answerable && (
        <>
          <button type="button" className={ui.button} onClick={() => onAct('hand-over')}>
            Hand over
          </button>
          {episode.silence === 'possible' && (
            <button
              type="button"
              className={ui.button}
              onClick={() => onAct('silence')}
              disabled={silenced === 'yes'}
            >
              {SILENCE[silenced]}
            </button>
          )}
          {episode.resolution === 'possible' && (
            <button type="button" className={ui.button} onClick={() => onAct('resolve')}>
              Resolve
            </button>
          )}
        </>
      )}
      <CopyButton episode={episode} />
      {answerable && (
        <span className={styles.primary}>
          <button
            type="button"
            className={`${ui.button} ${ui.primary}`}
            onClick={() => onAct('acknowledge')}
          >
            {acknowledgement ? '⚑ Acknowledged' : 'Acknowledge'}
          </button>
          {runbook && (
            <a className={ui.button} href={runbook} target="_blank" rel="noopener noreferrer">
              Runbook
            </a>
          )}
        </span>
      )}
    </div>
  );
}

function CopyButton({ episode }: { episode: EpisodeView }) {
  const copy = useMutation({
    mutationFn: async () => {
      const url = window.location.origin + window.location.pathname;
      await navigator.clipboard.writeText(copyText(episode, url, Date.now()));
    },
    onSettled: () => setTimeout(() => copy.reset(), COPIED_SHOWN_MS),
  });
  return (
    <button type="button" className={ui.button} onClick={() => copy.mutate()}>
      {COPY_TITLES[copy.status]}
    </button>
  );
}

const COPY_TITLES = {
  idle: 'Copy for chat',
  pending: 'Copy for chat',
  success: 'Copied',
  error: 'The browser refused',
} as const;
