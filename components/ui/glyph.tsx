import styles from './ui.module.css';

export type Outcome = 'failed' | 'slow' | 'incomplete' | 'succeeded' | 'unknown';

/** State is a glyph and a word before it is a colour. */
const GLYPHS: Record<Outcome, string> = {
  failed: '✕',
  slow: '◷',
  incomplete: '◌',
  succeeded: '✓',
  unknown: '?',
};

export function Glyph({ state, inline = false }: { state: Outcome; inline?: boolean }) {
  return (
    <span
      className={`${styles.glyph} ${styles[state]} ${inline ? styles.inline : ''}`}
      role="img"
      aria-label={state}
    >
      {GLYPHS[state]}
    </span>
  );
}
