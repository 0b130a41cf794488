'use client';

import { Glyph } from '@/components/ui/glyph';
import { Sparkline } from '@/components/ui/sparkline';
import ui from '@/components/ui/ui.module.css';
import type { RequestView } from '@/lib/requests/contract';
import { formatCount, formatDuration, formatInstant } from '@/lib/time/format';
import { useEffect, useRef, useState } from 'react';
import styles from '../requests.module.css';

const lower = (text: string) => text.slice(0, 1).toLowerCase() + text.slice(1);

/** The one causal sentence. While sources are searching it begins "So far"; when it changes after that, "Updated". */
export function VerdictBar({
  view,
  onCopy,
  exportHref,
}: {
  view: RequestView;
  onCopy: () => void;
  exportHref: string;
}) {
  const { verdict, window: shown } = view;
  const text = verdict.sentence.map((segment) => segment.text).join('');
  const updated = useChangedAfterSettled(text, verdict.provisional);
  const prefix = verdict.provisional && shown ? 'So far: ' : updated ? 'Updated: ' : '';
  const [copied, setCopied] = useState(false);
  const alike = verdict.alike && verdict.alike.count > 1 ? verdict.alike : null;
  return (
    <section className={styles.verdict} aria-label="Verdict">
      <span className={styles.bigGlyph}>
        <Glyph state={verdict.state} />
      </span>
      <div>
        <div role="status">
          <h1 className={styles.sentence} data-testid="verdict" data-long={text.length > 105}>
            {prefix}
            {verdict.sentence.map((segment, index) => (
              <span
                key={index}
                className={segment.tone === 'plain' ? undefined : styles[segment.tone]}
              >
                {index === 0 && prefix ? lower(segment.text) : segment.text}
              </span>
            ))}
          </h1>
        </div>
        {shown && (
          <p className={styles.facts}>
            <span className="mono">{formatInstant(Date.parse(shown.start))}</span>
            <span>
              <b className="mono">{formatDuration(shown.durationNs)}</b>
              {view.lanes.length > 1
                ? ' in all'
                : verdict.normalNs !== null && `, normally ${formatDuration(verdict.normalNs)}`}
            </span>
            {verdict.attempts > 1 && <span>{verdict.attempts} attempts</span>}
            {alike && (
              <span>
                {!alike.burst && (
                  <>
                    <b>
                      {formatCount(alike.count - 1)}
                      {alike.atLeast ? ' or more' : ' more'} like this
                    </b>{' '}
                    since {alike.since.slice(11, 16)}{' '}
                  </>
                )}
                <Sparkline values={alike.trend} />
              </span>
            )}
          </p>
        )}
      </div>
      <div className={styles.actions}>
        <a className={`${ui.button} ${styles.wideOnly}`} href={exportHref} download>
          Export
        </a>
        <button
          type="button"
          className={`${ui.button} ${ui.primary}`}
          onClick={() => {
            onCopy();
            setCopied(true);
            setTimeout(() => setCopied(false), 2000);
          }}
        >
          {copied ? 'Copied' : 'Copy link'}
        </button>
      </div>
    </section>
  );
}

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
