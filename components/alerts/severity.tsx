import type { EpisodeRow } from '@/lib/alerts/contract';
import styles from './severity.module.css';

const BARS: Readonly<Record<EpisodeRow['severityRank'], number>> = {
  critical: 3,
  error: 3,
  warning: 2,
  unknown: 2,
  info: 1,
  none: 0,
};
const TONES: Readonly<Record<number, string | undefined>> = {
  3: styles.critical,
  2: styles.warning,
};

/** Severity: the word as it came, and one to three bars for how bad it is. */
export function Severity({
  episode: { severityText, severityRank },
  word = true,
}: {
  episode: Pick<EpisodeRow, 'severityText' | 'severityRank'>;
  word?: boolean;
}) {
  const bars = BARS[severityRank];
  const title = describeSeverity(severityText, severityRank);
  const accessible = word
    ? ({ 'aria-hidden': true } as const)
    : { role: 'img', 'aria-label': title };
  return (
    <span className={`${styles.severity} ${TONES[bars] ?? ''}`} title={title}>
      <svg width="14" height="14" viewBox="0 0 14 14" {...accessible}>
        {[0, 1, 2].map((bar) => (
          <rect
            key={bar}
            x={bar * 5}
            y={9 - bar * 4.5}
            width="3.6"
            height={5 + bar * 4.5}
            rx="1"
            fill="currentColor"
            opacity={bar < bars ? 1 : 0.2}
          />
        ))}
      </svg>
      {word && <span className={styles.word}>{severityText}</span>}
    </span>
  );
}

/** "P1: critical", "critical", "purple: of unknown rank". */
function describeSeverity(text: string, rank: EpisodeRow['severityRank']): string {
  if (rank === 'unknown') return `${text}: of unknown rank`;
  return text.toLowerCase() === rank ? text : `${text}: ${rank}`;
}

/** Only a test notification of its source: nothing is wrong. */
export const TestMark = () => <span className={styles.test}>test</span>;

const STATES = { firing: '✕', acknowledged: '⚑', resolved: '■' } as const;

/** State: a glyph and a word. */
export function State({ state, word = true }: { state: keyof typeof STATES; word?: boolean }) {
  return (
    <span className={`${styles.state} ${styles[state]}`}>
      <span aria-hidden>{STATES[state]}</span>
      <span className={word ? undefined : 'visually-hidden'}>{state}</span>
    </span>
  );
}
