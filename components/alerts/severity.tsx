import styles from './severity.module.css';

const BARS: Readonly<Record<string, number>> = {
  critical: 3,
  page: 3,
  error: 3,
  warning: 2,
  info: 1,
};
const TONES: Readonly<Record<number, string | undefined>> = {
  3: styles.critical,
  2: styles.warning,
};

/** Severity: a word, and one to three bars. */
export function Severity({ severity, word = true }: { severity: string; word?: boolean }) {
  const bars = BARS[severity] ?? 0;
  const accessible = word
    ? ({ 'aria-hidden': true } as const)
    : { role: 'img', 'aria-label': severity };
  return (
    <span className={`${styles.severity} ${TONES[bars] ?? ''}`} title={severity}>
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
      {word && severity}
    </span>
  );
}

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
