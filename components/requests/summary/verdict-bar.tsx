'use client';

import { useEffect, useRef, useState } from 'react';
import { Glyph } from '@/components/ui/glyph';
import { Sparkline } from '@/components/ui/sparkline';
import ui from '@/components/ui/ui.module.css';
import type { RequestView } from '@/lib/requests/contract';
import { formatInstant } from '@/lib/time/format';
import { useShownRequest } from '../request-context';
import {
  durationNote,
  isLong,
  requestDuration,
  sentenceSegments,
  sentenceText,
  similarFailures,
} from './verdict-text';
import shared from '../requests.module.css';
import styles from './verdict.module.css';

const COPIED_MS = 2_000;

/** The one causal sentence, the facts beside it, and what can be done with the request. */
export function VerdictBar({ onCopy }: { onCopy: () => void }) {
  const { view } = useShownRequest();
  const { verdict } = view;
  return (
    <section className={styles.verdict} aria-label="Verdict">
      <span className={styles.icon}>
        <Glyph state={verdict.state} />
      </span>
      <div>
        <Sentence view={view} />
        {view.window && <Facts view={view} window={view.window} />}
      </div>
      <div className={styles.actions}>
        <a
          className={`${ui.button} ${styles.wideOnly}`}
          href={`/api/requests/${encodeURIComponent(view.correlationId)}/export?format=json`}
          download
        >
          Export
        </a>
        <CopyButton onCopy={onCopy} />
      </div>
    </section>
  );
}

function Sentence({ view }: { view: RequestView }) {
  const { verdict } = view;
  const text = sentenceText(verdict);
  const changed = useChangedAfterSettled(text, verdict.provisional);
  const segments = sentenceSegments(verdict, { found: view.window !== null, changed });
  return (
    <div role="status">
      <h1 className={styles.sentence} data-testid="verdict" data-long={isLong(text)}>
        {segments.map(({ text: part, tone }, index) => (
          <span key={index} className={tone === 'plain' ? undefined : shared[tone]}>
            {part}
          </span>
        ))}
      </h1>
    </div>
  );
}

function Facts({
  view,
  window,
}: {
  view: RequestView;
  window: { start: string; durationNs: number };
}) {
  const { verdict } = view;
  const similar = similarFailures(verdict);
  return (
    <p className={shared.facts}>
      <span className="mono">{formatInstant(Date.parse(window.start))}</span>
      <span>
        <b className="mono">{requestDuration(view)}</b>
        {durationNote(view)}
      </span>
      {verdict.attempts > 1 && <span>{verdict.attempts} attempts</span>}
      {similar && (
        <span>
          {similar.text && (
            <>
              <b>{similar.text}</b> since {similar.since}{' '}
            </>
          )}
          <Sparkline values={similar.trend} />
        </span>
      )}
    </p>
  );
}

function CopyButton({ onCopy }: { onCopy: () => void }) {
  const [copied, setCopied] = useState(false);
  const copy = () => {
    onCopy();
    setCopied(true);
    setTimeout(() => setCopied(false), COPIED_MS);
  };
  return (
    <button type="button" className={`${ui.button} ${ui.primary}`} onClick={copy}>
      {copied ? 'Copied' : 'Copy link'}
    </button>
  );
}

/** Whether the sentence is another than it was when all sources had answered before. */
function useChangedAfterSettled(text: string, provisional: boolean): boolean {
  const settled = useRef<string | null>(null);
  const [changed, setChanged] = useState(false);
  useEffect(() => {
    if (provisional) return;
    if (settled.current !== null && settled.current !== text) setChanged(true);
    settled.current = text;
  }, [text, provisional]);
  return changed;
}
