'use client';

import { useState } from 'react';
import ui from '@/components/ui/ui.module.css';
import styles from './dashboards.module.css';

interface Props {
  readonly title: string;
  /** Below alert-rules/. */
  readonly path: string;
  readonly text: string;
  /** The text is not yet of what was entered last. */
  readonly isPending: boolean;
}

/** One file to commit, and a button that copies it. */
export function RuleFile({ title, path, text, isPending }: Props) {
  const [copiedText, setCopiedText] = useState<string | null>(null);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopiedText(text);
  };
  return (
    <section className={styles.file} aria-label={title}>
      <header>
        <h3>
          {title} <small className="mono">alert-rules/{path}</small>
        </h3>
        <button
          type="button"
          className={ui.button}
          disabled={isPending}
          onClick={() => void copy()}
        >
          {copiedText === text ? 'Copied' : `Copy ${title.toLowerCase()}`}
        </button>
      </header>
      <pre className="mono" tabIndex={0}>
        {text}
      </pre>
    </section>
  );
}
