'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { useEffect, useRef, useState } from 'react';
import ui from '@/components/ui/ui.module.css';
import type { EpisodeView } from '@/lib/alerts/contract';
import { formatInstant } from '@/lib/time/format';
import type { CompletedAction } from './acknowledge-dialog';
import { EvidenceList } from './evidence-list';
import { Changes, SeenBefore } from './history';
import { AffectedRequests } from './affected-requests';
import { ImpactLine } from './impact-line';
import { LabelList } from './label-list';
import { alertKeys, episodeQuery, useAlertStream, useNow } from './queries';
import { ResolvedCard } from './resolved-card';
import { RulePanel } from './rule-panel';
import { NoteForm } from './note-form';
import { Severity, State } from './severity';
import { Timeline } from './timeline';
import { Undo } from './undo';
import { formatClock, impactSentence, formatElapsed, safeHref } from './alert-text';
import styles from './alerts.module.css';

const AcknowledgeDialog = dynamic(() => import('./acknowledge-dialog'), { ssr: false });
type Asking = 'acknowledge' | 'hand over' | 'silence';

interface Props {
  readonly initial: EpisodeView;
  readonly mayAnswer: boolean;
  readonly hours: number;
}

/** One episode: what fires, how bad, what changed, which requests are affected, earlier ones; who has it. */
export function EpisodePage({ initial, mayAnswer, hours }: Props) {
  const client = useQueryClient();
  const { id } = initial;
  const { data: episode = initial } = useQuery({ ...episodeQuery(id), initialData: initial });
  const lostAt = useAlertStream(() =>
    client.invalidateQueries({ queryKey: alertKeys.episode(id) }),
  );
  const now = useNow(initial.at);
  const [asking, setAsking] = useState<Asking | null>(null);
  const [done, setDone] = useState<CompletedAction | null>(null);
  const [copied, setCopied] = useState(false);
  const note = useRef<HTMLTextAreaElement>(null);
  const { acknowledgement } = episode;
  const open = episode.state !== 'resolved';
  const reload = () => void client.invalidateQueries({ queryKey: alertKeys.episode(id) });

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const typing =
        event.target instanceof HTMLElement &&
        /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
      if (
        typing ||
        document.querySelector('[role=dialog]') ||
        event.ctrlKey ||
        event.metaKey ||
        event.altKey
      )
        return;
      if (event.key === 'a' && mayAnswer && open) setAsking('acknowledge');
      else if (event.key === 'n') note.current?.focus();
      else if (event.key === 'o')
        document.querySelector<HTMLAnchorElement>('[data-example]')?.click();
      else return;
      event.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [mayAnswer, open]);

  const copy = () => {
    const impact = episode.impact && impactSentence(episode.impact, Date.now());
    void navigator.clipboard?.writeText(
      [
        `${episode.severity}: ${episode.name}${episode.service ? ` on ${episode.service}` : ''}, ${episode.state} since ${formatInstant(Date.parse(episode.startedAt))}`,
        impact ? `${impact.share ?? ''}${impact.rest}` : '',
        acknowledgement
          ? `Acknowledged by ${acknowledgement.owner} until ${formatClock(acknowledgement.expiresAt)} UTC.`
          : open
            ? 'Nobody has acknowledged it.'
            : '',
        window.location.origin + window.location.pathname,
      ]
        .filter(Boolean)
        .join('\n'),
    );
    setCopied(true);
    setTimeout(() => setCopied(false), 2_000);
  };
  const answer = mayAnswer && open && (
    <>
      <button type="button" className={ui.button} onClick={() => setAsking('hand over')}>
        Hand over
      </button>
      <button
        type="button"
        className={ui.button}
        onClick={() => setAsking('silence')}
        disabled={acknowledgement?.silenced === 'yes'}
      >
        {acknowledgement?.silenced === 'yes'
          ? 'Silenced'
          : acknowledgement?.silenced === 'wanted'
            ? 'Silencing…'
            : 'Silence'}
      </button>
    </>
  );
  return (
    <main className={styles.episode} data-testid="episode" data-state={episode.state}>
      <div className={styles.main}>
        {lostAt && (
          <div className={styles.banner} role="alert">
            <span aria-hidden>◌</span>
            <p>Live updates lost {lostAt} UTC. Retrying.</p>
          </div>
        )}
        <header className={styles.head}>
          <div className={styles.title}>
            <State state={episode.state} word={false} />
            <h1>{episode.name}</h1>
            <Severity severity={episode.severity} />
            <span className={styles.soft}>
              {episode.doubtful ? 'unconfirmed: its source is being asked' : episode.state}
            </span>
          </div>
          <div className={styles.actions}>
            {answer}
            <button type="button" className={ui.button} onClick={copy}>
              {copied ? 'Copied' : 'Copy for chat'}
            </button>
            {mayAnswer && open && (
              <span className={styles.primary}>
                <button
                  type="button"
                  className={`${ui.button} ${ui.primary}`}
                  onClick={() => setAsking('acknowledge')}
                >
                  {acknowledgement ? '⚑ Acknowledged' : 'Acknowledge'}
                </button>
                {safeHref(episode.runbookUrl) && (
                  <a
                    className={ui.button}
                    href={safeHref(episode.runbookUrl)!}
                    target="_blank"
                    rel="noopener noreferrer"
                  >
                    Runbook
                  </a>
                )}
              </span>
            )}
          </div>
          <p className={styles.facts}>
            {[episode.service, episode.labels.namespace, episode.source]
              .filter(Boolean)
              .join(' · ')}{' '}
            ·{' '}
            {episode.pendingAt && episode.pendingAt !== episode.startedAt ? (
              <>
                pending since <span className="mono">{formatClock(episode.pendingAt)}</span>,{' '}
              </>
            ) : null}
            fired <span className="mono">{formatInstant(Date.parse(episode.startedAt), now)}</span>,{' '}
            {episode.resolvedAt
              ? `resolved after ${formatElapsed(episode.startedAt, Date.parse(episode.resolvedAt))}`
              : formatElapsed(episode.startedAt, now)}
            {acknowledgement && (
              <>
                {' '}
                · ⚑ {acknowledgement.owner}, until{' '}
                <span className="mono">{formatClock(acknowledgement.expiresAt)}</span> UTC
              </>
            )}
          </p>
          <ImpactLine episode={episode} now={now} />
        </header>
        {episode.resolvedAt && (
          <ResolvedCard episode={episode} mayAnswer={mayAnswer} onSaved={reload} />
        )}
        <Changes episode={episode} />
        <AffectedRequests episode={episode} />
        <RulePanel episode={episode} />
        {episode.evidence.length > 0 && <EvidenceList episode={episode} />}
        <LabelList episode={episode} />
      </div>
      <aside className={styles.aside} aria-label="Before, runbook and timeline">
        <SeenBefore episode={episode} />
        <section>
          <h2>Runbook</h2>
          <p>{episode.annotations.description ?? episode.annotations.runbook ?? episode.summary}</p>
          {safeHref(episode.runbookUrl) && (
            <a href={safeHref(episode.runbookUrl)!} target="_blank" rel="noopener noreferrer">
              Read all →
            </a>
          )}
        </section>
        <section>
          <h2>Timeline</h2>
          {mayAnswer && (
            <NoteForm
              path={`/api/alerts/${id}/notes`}
              method="POST"
              label="Add a note"
              placeholder="Add a note…"
              button="Add"
              input={note}
              onSaved={reload}
            />
          )}
          <Timeline events={episode.timeline} />
        </section>
      </aside>
      {asking && (
        <AcknowledgeDialog
          ids={[id]}
          mode={asking}
          title={`${asking === 'hand over' ? 'Hand over' : asking === 'silence' ? 'Acknowledge and silence' : 'Acknowledge'} ${episode.name}`}
          quiets={episode.quiets}
          hours={hours}
          people={episode.people}
          onClose={() => setAsking(null)}
          onDone={(what) => {
            setDone(what);
            reload();
          }}
        />
      )}
      {done && <Undo done={done} onOver={() => setDone(null)} />}
    </main>
  );
}
