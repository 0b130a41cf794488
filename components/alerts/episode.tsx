'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import Link from 'next/link';
import { useSearchParams } from 'next/navigation';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import type { Mark } from '@/components/charts/rule-chart';
import { change, ProblemError } from '@/components/ui/ask';
import { Panel } from '@/components/ui/panel';
import { Stripe } from '@/components/ui/stripe';
import ui from '@/components/ui/ui.module.css';
import type { EpisodeView } from '@/lib/alerts/schema';
import { formatCount, formatInstant } from '@/lib/time/format';
import type { Done } from './acknowledge-dialog';
import { alertKeys, episodeQuery, hurtQuery, ruleQuery, useAlertStream, useNow } from './queries';
import { Severity, State } from './severity';
import { Timeline } from './timeline';
import { Undo } from './undo';
import { clock, impactSentence, lasted, safeHref } from './words';
import styles from './alerts.module.css';

const AcknowledgeDialog = dynamic(() => import('./acknowledge-dialog'), { ssr: false });
const RuleChart = dynamic(() => import('@/components/charts/rule-chart'), { ssr: false, loading: () => <span /> });

type Asking = 'acknowledge' | 'hand over' | 'silence';

interface Props {
  readonly initial: EpisodeView;
  readonly mayAnswer: boolean;
  readonly hours: number;
}

/** One episode: what fires, how bad, what changed, whom it hurts, what it was last time; and who has it. */
export function EpisodePage({ initial, mayAnswer, hours }: Props) {
  const client = useQueryClient();
  const { id } = initial;
  const { data: episode = initial } = useQuery({ ...episodeQuery(id), initialData: initial });
  const lostAt = useAlertStream(() => client.invalidateQueries({ queryKey: alertKeys.episode(id) }));
  const now = useNow(initial.at);
  const [asking, setAsking] = useState<Asking | null>(null);
  const [done, setDone] = useState<Done | null>(null);
  const [copied, setCopied] = useState(false);
  const note = useRef<HTMLTextAreaElement>(null);
  const { acknowledgement } = episode;
  const open = episode.state !== 'resolved';
  const reload = () => void client.invalidateQueries({ queryKey: alertKeys.episode(id) });

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const typing = event.target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
      if (typing || document.querySelector('[role=dialog]') || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === 'a' && mayAnswer && open) setAsking('acknowledge');
      else if (event.key === 'n') note.current?.focus();
      else if (event.key === 'o') document.querySelector<HTMLAnchorElement>('[data-example]')?.click();
      else return;
      event.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [mayAnswer, open]);

  const copy = () => {
    const impact = episode.impact && impactSentence(episode.impact, Date.now());
    void navigator.clipboard?.writeText([`${episode.severity}: ${episode.name}${episode.service ? ` on ${episode.service}` : ''}, ${episode.state} since ${formatInstant(Date.parse(episode.startedAt))}`, impact ? `${impact.share ?? ''}${impact.rest}` : '', acknowledgement ? `Acknowledged by ${acknowledgement.owner} until ${clock(acknowledgement.expiresAt)} UTC.` : open ? 'Nobody has acknowledged it.' : '', window.location.origin + window.location.pathname].filter(Boolean).join('\n'));
    setCopied(true);
    setTimeout(() => setCopied(false), 2_000);
  };
  const answer = mayAnswer && open && (
    <>
      <button type="button" className={ui.button} onClick={() => setAsking('hand over')}>
        Hand over
      </button>
      <button type="button" className={ui.button} onClick={() => setAsking('silence')} disabled={acknowledgement?.silenced === 'yes'}>
        {acknowledgement?.silenced === 'yes' ? 'Silenced' : acknowledgement?.silenced === 'wanted' ? 'Silencing…' : 'Silence'}
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
            <span className={styles.soft}>{episode.doubtful ? 'in doubt: its source is being asked' : episode.state}</span>
          </div>
          <div className={styles.actions}>
            {answer}
            <button type="button" className={ui.button} onClick={copy}>
              {copied ? 'Copied' : 'Copy for chat'}
            </button>
            {mayAnswer && open && (
              <span className={styles.primary}>
                <button type="button" className={`${ui.button} ${ui.primary}`} onClick={() => setAsking('acknowledge')}>
                  {acknowledgement ? '⚑ Acknowledged' : 'Acknowledge'}
                </button>
                {safeHref(episode.runbookUrl) && (
                  <a className={ui.button} href={safeHref(episode.runbookUrl)!} target="_blank" rel="noopener noreferrer">
                    Runbook
                  </a>
                )}
              </span>
            )}
          </div>
          <p className={styles.facts}>
            {[episode.service, episode.labels.namespace, episode.source].filter(Boolean).join(' · ')} · {episode.pendingAt && episode.pendingAt !== episode.startedAt ? <>pending since <span className="mono">{clock(episode.pendingAt)}</span>, </> : null}fired <span className="mono">{formatInstant(Date.parse(episode.startedAt), now)}</span>,{' '}
            {episode.resolvedAt ? `resolved after ${lasted(episode.startedAt, Date.parse(episode.resolvedAt))}` : lasted(episode.startedAt, now)}
            {acknowledgement && (
              <>
                {' '}
                · ⚑ {acknowledgement.owner}, until <span className="mono">{clock(acknowledgement.expiresAt)}</span> UTC
              </>
            )}
          </p>
          <ImpactLine episode={episode} now={now} />
        </header>
        {episode.resolvedAt && <Resolved episode={episode} mayAnswer={mayAnswer} onSaved={reload} />}
        <Changes episode={episode} />
        <HurtRequests episode={episode} />
        <RulePanel episode={episode} />
        {episode.evidence.length > 0 && <Evidence episode={episode} />}
        <Labels episode={episode} />
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
          {mayAnswer && <NoteForm id={id} input={note} onSaved={reload} />}
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

function ImpactLine({ episode, now }: { episode: EpisodeView; now: number }) {
  if (!episode.service) return <p className={styles.impactLine}>No label of this alert names a service; its requests cannot be counted.</p>;
  if (!episode.impact) return <p className={styles.impactLine}>{episode.state === 'resolved' ? '' : `Counting hurt requests since ${clock(episode.hurtSince ?? episode.startedAt)} UTC.`}</p>;
  const { share, rest } = impactSentence(episode.impact, now);
  return (
    <p className={styles.impactLine} data-testid="impact">
      {share && <b className={styles.critical}>{share}</b>}
      {rest} {episode.hurtSince && <span className={styles.soft}>Counted from {clock(episode.impact.since)} UTC, when the rule’s window began.</span>}
    </p>
  );
}

function Resolved({ episode, mayAnswer, onSaved }: { episode: EpisodeView; mayAnswer: boolean; onSaved: () => void }) {
  const [problem, setProblem] = useState('');
  const save = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const said = String(new FormData(event.currentTarget).get('fix') ?? '').trim();
    if (said) change(`/api/alerts/${episode.id}/fix`, 'PUT', { text: said }).then(onSaved, (error: unknown) => setProblem(error instanceof ProblemError ? `Not saved. ${error.message}` : 'Not saved. Retry.'));
  };
  return (
    <section className={`${styles.card} ${styles.resolvedCard}`}>
      <p>
        <b>Resolved after {lasted(episode.startedAt, Date.parse(episode.resolvedAt!))}.</b> {episode.fix ? '' : 'What fixed it?'}
        {episode.stillFailing > 0 && <span className={styles.critical}> The same failure goes on: {formatCount(episode.stillFailing)} requests since it resolved.</span>}
      </p>
      {episode.fix ? (
        <p>
          “{episode.fix.text}” <span className={styles.soft}>{episode.fix.by}</span>
        </p>
      ) : (
        mayAnswer && (
          <form onSubmit={save}>
            <textarea name="fix" rows={2} aria-label="What fixed it?" maxLength={4000} placeholder="Whoever sees this failure next will read it" />
            <button type="submit" className={ui.button}>
              Save
            </button>
            {problem && <p role="alert" className={ui.error}>{problem}</p>}
          </form>
        )
      )}
    </section>
  );
}

function Changes({ episode }: { episode: EpisodeView }) {
  return (
    <section className={styles.card}>
      <h2>
        What changed before it <small>other alerts, in the hour before</small>
      </h2>
      {episode.changes.length === 0 ? (
        <p className={styles.nothing}>No other alert began or ended in the hour before. Rollouts are not known here yet.</p>
      ) : (
        episode.changes.map((each) => (
          <Link key={`${each.id} ${each.kind}`} href={`/alerts/${each.id}`} prefetch={false} className={styles.change}>
            <span className="mono">{each.at.slice(11, 19)}</span>
            <b>
              {each.name} {each.kind}
            </b>
            <span className={styles.soft}>{each.service}</span>
            <span className={styles.open}>open →</span>
          </Link>
        ))
      )}
    </section>
  );
}

const HURT_ROWS = 5;
const HURT_EVERY_MS = 15_000;

function HurtRequests({ episode }: { episode: EpisodeView }) {
  const chosen = useSearchParams().get('signature');
  const query = useQuery({ ...hurtQuery(episode.id), refetchInterval: episode.state === 'resolved' ? false : HURT_EVERY_MS });
  const hurt = query.data;
  const services = [...new Set(hurt?.signatures.map(({ service }) => service))].sort();
  const message = !hurt ? (query.error ? 'Impact unknown: the portal did not answer. Acknowledging still works.' : `Counting hurt requests since ${clock(episode.hurtSince ?? episode.startedAt)} UTC…`) : (hurt.failed ?? 'No requests match this alert.');
  return (
    <section className={styles.card} data-testid="hurt">
      <h2>
        Requests it hurts <small>by signature{hurt ? `, since ${clock(hurt.since)} UTC` : ''}</small>
      </h2>
      <Panel state={!hurt ? (query.error ? 'failed' : 'loading') : hurt.failed ? 'failed' : hurt.signatures.length ? 'ready' : 'empty'} height={96} message={message}>
        {hurt?.signatures.slice(0, HURT_ROWS).map((group) => (
          <Link key={group.signature} href={`/requests/${encodeURIComponent(group.example)}`} prefetch={false} className={styles.hurt} data-example aria-current={group.signature === chosen ? 'true' : undefined}>
            <span className={styles.critical} aria-hidden>
              ✕
            </span>
            <Stripe service={group.service} services={services} />
            <b>
              {group.service} {group.operation}: {group.errorType}
            </b>
            <span className={styles.outcome}>{group.outcome}</span>
            <span className={styles.count}>{formatCount(group.count)}</span>
            <span className={styles.since}>since {clock(group.firstSeen)}</span>
            <span className={styles.open}>example →</span>
          </Link>
        ))}
      </Panel>
      {hurt && hurt.partial.length > 0 && <p className={styles.nothing}>{hurt.partial.join('; ')}.</p>}
    </section>
  );
}

function RulePanel({ episode }: { episode: EpisodeView }) {
  const query = useQuery({ ...ruleQuery(episode.id), refetchInterval: episode.state === 'resolved' ? false : HURT_EVERY_MS });
  const rule = query.data;
  const pendingMs = Date.parse(rule?.pendingAt ?? episode.pendingAt ?? episode.startedAt);
  const firedMs = Date.parse(episode.startedAt);
  const marks: Mark[] = [
    ...(pendingMs < firedMs ? [{ atMs: pendingMs, label: `pending ${clock(rule?.pendingAt ?? episode.startedAt)}`, tone: 'warning' as const }] : []),
    { atMs: firedMs, label: `fired ${clock(episode.startedAt)}`, tone: 'critical' },
    ...(episode.acknowledgement ? [{ atMs: Date.parse(episode.acknowledgement.createdAt), label: `⚑ acknowledged ${clock(episode.acknowledgement.createdAt)}`, tone: 'accent' as const }] : []),
    ...(episode.resolvedAt ? [{ atMs: Date.parse(episode.resolvedAt), label: `resolved ${clock(episode.resolvedAt)}`, tone: 'ok' as const }] : []),
  ];
  const graph = rule?.graph;
  return (
    <section className={styles.card} data-testid="rule">
      <h2>
        Rule <small className="mono">{graph ? `${graph.expression.replace(/\s+/g, ' ')}${graph.holdMs ? ` for ${lasted(new Date(0).toISOString(), graph.holdMs)}` : ''}` : ''}</small>
      </h2>
      <div className={styles.graph}>
        <Panel state={!rule ? (query.error ? 'failed' : 'loading') : rule.failed ? 'failed' : graph?.series.length ? 'ready' : 'empty'} height={200} message={!rule ? (query.error ? 'The portal did not answer.' : '') : (rule.failed ?? 'The rule has no samples here.')}>
          {graph && <RuleChart graph={graph} marks={marks} hurtMs={Date.parse(rule.hurtSince)} pendingMs={pendingMs} firedMs={firedMs} endMs={episode.resolvedAt ? Date.parse(episode.resolvedAt) : Number.MAX_SAFE_INTEGER} />}
        </Panel>
      </div>
      {graph && <p className={styles.nothing}>{graph.series.map(({ name }) => name).join(', ')} · UTC · blue: what the rule looked back over; amber: pending; red: firing{graph.partial.length ? ` · ${graph.partial.join('; ')}` : ''}</p>}
    </section>
  );
}

function Evidence({ episode }: { episode: EpisodeView }) {
  return (
    <section className={styles.card} data-testid="evidence">
      <h2>
        ❄ Evidence <small>kept here, also when its sources have forgotten it</small>
      </h2>
      {episode.evidence.map((each) => (
        <details key={each.id} className={styles.evidence}>
          <summary>
            {clock(each.capturedAt)} UTC, {each.reason}: {each.requests.length} requests, {clock(each.from)}–{clock(each.to)} UTC
          </summary>
          <ul>
            {each.requests.map(({ correlationId, sentence }) => (
              <li key={correlationId}>
                <Link className="mono" prefetch={false} href={`/requests/${encodeURIComponent(correlationId)}?evidence=${each.id}`}>
                  {correlationId}
                </Link>{' '}
                {sentence}
              </li>
            ))}
          </ul>
          {each.excerpts.length > 0 && <pre>{each.excerpts.map(({ time, service, body }) => `${time.slice(11, 23)} ${service} ${body}`).join('\n')}</pre>}
        </details>
      ))}
    </section>
  );
}

function Labels({ episode }: { episode: EpisodeView }) {
  return (
    <section className={styles.card}>
      <details className={styles.labels}>
        <summary>Labels and annotations</summary>
        <dl>
          {[...Object.entries(episode.labels), ...Object.entries(episode.annotations)].map(([name, value], index) => (
            <div key={`${index} ${name}`}>
              <dt className="mono">{name}</dt>
              <dd>{safeHref(value) ? <a href={safeHref(value)!} target="_blank" rel="noopener noreferrer">{value}</a> : value}</dd>
            </div>
          ))}
          {safeHref(episode.generatorUrl) && (
            <div>
              <dt className="mono">source</dt>
              <dd>
                <a href={safeHref(episode.generatorUrl)!} target="_blank" rel="noopener noreferrer">
                  where it was made
                </a>
              </dd>
            </div>
          )}
        </dl>
      </details>
    </section>
  );
}

function SeenBefore({ episode }: { episode: EpisodeView }) {
  return (
    <section data-testid="before">
      <h2>{episode.before.some(({ same }) => same === 'signature') ? 'Same failure before' : 'Seen before'}</h2>
      {episode.before.length === 0 ? (
        <p className={styles.soft}>Not seen before.</p>
      ) : (
        episode.before.map((each) => (
          <Link key={each.id} href={`/alerts/${each.id}`} prefetch={false} className={styles.earlier}>
            <b>
              {formatInstant(Date.parse(each.startedAt)).replace(/:\d\d UTC$/, ' UTC')}, {lasted(each.startedAt, Date.parse(each.resolvedAt))}
            </b>{' '}
            <span className={styles.soft}>
              {each.owner ?? 'nobody'}
              {each.same === 'alert' ? ', same alert' : ''}
            </span>
            {each.fix ? <p>“{each.fix}”</p> : each.notes.length ? <p>“{each.notes.at(-1)}”</p> : <p className={styles.soft}>resolved by itself, no note</p>}
          </Link>
        ))
      )}
    </section>
  );
}

function NoteForm({ id, input, onSaved }: { id: string; input: React.RefObject<HTMLTextAreaElement | null>; onSaved: () => void }) {
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const save = (event: FormEvent) => {
    event.preventDefault();
    const said = input.current?.value.trim();
    if (!said) return;
    setBusy(true);
    change(`/api/alerts/${id}/notes`, 'POST', { text: said })
      .then(
        () => {
          input.current!.value = '';
          setProblem('');
          onSaved();
        },
        (error: unknown) => setProblem(error instanceof ProblemError ? `Not saved. ${error.message}` : 'Not saved. Retry.'),
      )
      .finally(() => setBusy(false));
  };
  return (
    <form className={styles.noteForm} onSubmit={save}>
      <textarea ref={input} rows={2} maxLength={4000} aria-label="Add a note" placeholder="Add a note…" />
      <button type="submit" className={ui.button} disabled={busy}>
        Add
      </button>
      {problem && <p role="alert" className={ui.error}>{problem}</p>}
    </form>
  );
}
