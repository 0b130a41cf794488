'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { useRef, useState } from 'react';
import type { EpisodeView } from '@/lib/alerts/contract';
import type { CompletedAction } from './acknowledge';
import { AffectedRequests } from './affected-requests';
import type { EpisodeAction } from './episode-actions';
import { EpisodeHeader } from './episode-header';
import { EvidenceList } from './evidence-list';
import { Changes, SeenBefore } from './history';
import { LabelList } from './label-list';
import { NoteForm } from './note-form';
import { addNote, alertKeys, episodeQuery } from './queries';
import { ResolvedCard } from './resolved-card';
import { RulePanel } from './rule-panel';
import { Runbook } from './runbook';
import { StreamLostBanner } from './heartbeat-banner';
import { Timeline } from './timeline';
import { Undo } from './undo';
import { useAlertStream } from './use-alert-stream';
import { useEpisodeKeys } from './use-episode-keys';
import { useNow } from './use-now';
import styles from './episode.module.css';

const AcknowledgeDialog = dynamic(() => import('./acknowledge-dialog'), { ssr: false });
const ResolveDialog = dynamic(() => import('./resolve-dialog'), { ssr: false });

/** One episode: what fires, how bad, why, what it was earlier, and who has it. */
export function EpisodePage({
  initial,
  mayAnswer,
  hours,
}: {
  initial: EpisodeView;
  mayAnswer: boolean;
  /** How long an acknowledgement lasts unless somebody chooses. */
  hours: number;
}) {
  const client = useQueryClient();
  const { id } = initial;
  const { data: episode } = useQuery({ ...episodeQuery(id), initialData: initial });
  const reload = () => client.invalidateQueries({ queryKey: alertKeys.episode(id) });
  const lostAt = useAlertStream(reload);
  const now = useNow(initial.at);
  const [mode, setMode] = useState<EpisodeAction | null>(null);
  const [completed, setCompleted] = useState<CompletedAction | null>(null);
  const note = useRef<HTMLTextAreaElement>(null);
  const page = useRef<HTMLElement>(null);
  useEpisodeKeys({
    a: mayAnswer && episode.state !== 'resolved' ? () => setMode('acknowledge') : undefined,
    n: () => note.current?.focus(),
    o: () => page.current?.querySelector<HTMLAnchorElement>('[data-example]')?.click(),
  });
  const onSaved = () => void reload();
  return (
    <main className={styles.episode} data-testid="episode" data-state={episode.state} ref={page}>
      <div className={styles.main}>
        <StreamLostBanner lostAt={lostAt} />
        <EpisodeHeader episode={episode} now={now} mayAnswer={mayAnswer} onAct={setMode} />
        {episode.resolvedAt && !episode.test && (
          <ResolvedCard episode={episode} mayAnswer={mayAnswer} onSaved={onSaved} />
        )}
        {!episode.test && (
          <>
            <Changes episode={episode} />
            <AffectedRequests episode={episode} />
            <RulePanel episode={episode} />
          </>
        )}
        {episode.evidence.length > 0 && <EvidenceList episode={episode} />}
        <LabelList episode={episode} />
      </div>
      <aside className={styles.aside} aria-label="Before, runbook and timeline">
        <SeenBefore episode={episode} />
        <Runbook episode={episode} />
        <section>
          <h2>Timeline</h2>
          {mayAnswer && (
            <NoteForm
              label="Add a note"
              placeholder="Add a note…"
              button="Add"
              input={note}
              save={(text) => addNote(id, text)}
              onSaved={onSaved}
            />
          )}
          <Timeline events={episode.timeline} />
        </section>
      </aside>
      {mode === 'resolve' && (
        <ResolveDialog
          episode={episode}
          onClose={() => setMode(null)}
          onResolved={() => void reload()}
        />
      )}
      {mode && mode !== 'resolve' && (
        <AcknowledgeDialog
          request={{
            mode,
            ids: [id],
            subject: episode.name,
            scope: episode.acknowledgementScope,
            people: episode.responders,
            silenceable: episode.silence === 'possible' ? 1 : 0,
          }}
          hours={hours}
          onClose={() => setMode(null)}
          onCompleted={(action) => {
            setCompleted(action);
            void reload();
          }}
        />
      )}
      {completed && <Undo action={completed} onOver={() => setCompleted(null)} />}
    </main>
  );
}
