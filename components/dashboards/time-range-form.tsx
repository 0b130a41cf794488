'use client';

import { useState, type FormEvent } from 'react';
import ui from '@/components/ui/ui.module.css';
import { MAX_WINDOW_MS } from '@/lib/dashboards/time-range';
import type { ShownWindow } from './move-window';
import styles from './dashboards.module.css';

interface Props {
  readonly shown: ShownWindow | null;
  readonly onSubmit: (fromMs: number, toMs: number) => void;
}

/** 2026-11-22T14:05:09, as inputs of date and time have it. */
const toInputValue = (ms: number): string => new Date(ms).toISOString().slice(0, 19);
const fromInputValue = (value: FormDataEntryValue | null): number =>
  Date.parse(`${String(value)}Z`);

/** From and to, to the second; UTC, as all times of the portal. */
export function TimeRangeForm({ shown, onSubmit }: Props) {
  const [problem, setProblem] = useState<string | null>(null);
  // The window of when it was opened: a refresh must not overwrite what somebody types.
  const [initial, setInitial] = useState<ShownWindow | null>(null);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const fromMs = fromInputValue(form.get('from'));
    const toMs = fromInputValue(form.get('to'));
    const found = problemOf(fromMs, toMs);
    setProblem(found);
    if (found !== null) return;
    event.currentTarget.closest('details')?.removeAttribute('open');
    onSubmit(fromMs, toMs);
  };
  return (
    <details
      className={styles.between}
      onToggle={(event) => setInitial(event.currentTarget.open ? shown : null)}
    >
      <summary className={ui.button}>From – to</summary>
      <form onSubmit={submit} key={initial?.fromMs}>
        <InstantField label="From (UTC)" name="from" initialMs={initial?.fromMs} />
        <InstantField label="To (UTC)" name="to" initialMs={initial?.toMs} />
        {problem !== null && (
          <p role="alert" className={ui.error}>
            {problem}
          </p>
        )}
        <button type="submit" className={`${ui.button} ${ui.primary}`}>
          Show
        </button>
      </form>
    </details>
  );
}

function problemOf(fromMs: number, toMs: number): string | null {
  if (!(fromMs < toMs)) return 'From must be before to.';
  return toMs - fromMs > MAX_WINDOW_MS ? 'At most 31 days can be shown.' : null;
}

interface InstantFieldProps {
  readonly label: string;
  readonly name: string;
  readonly initialMs: number | undefined;
}

const InstantField = ({ label, name, initialMs }: InstantFieldProps) => (
  <label>
    {label}
    <input
      type="datetime-local"
      name={name}
      step="1"
      required
      defaultValue={initialMs === undefined ? undefined : toInputValue(initialMs)}
    />
  </label>
);
