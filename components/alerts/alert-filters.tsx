import { useState, type FormEvent } from 'react';
import ui from '@/components/ui/ui.module.css';
import type { AlertListParams } from './search-params';
import styles from './alert-list.module.css';

const STATES: Readonly<Record<AlertListParams['state'], string>> = {
  open: 'Open',
  unacknowledged: 'Unacknowledged',
  acknowledged: 'Acknowledged',
  resolved: 'Resolved',
  all: 'All',
};
const SEVERITIES = {
  '': 'Any severity',
  ...same('critical', 'error', 'warning', 'unknown', 'info', 'none'),
};
const GROUPINGS: Readonly<Record<AlertListParams['group'], string>> = {
  none: 'not grouped',
  name: 'by alert',
  service: 'by service',
  severity: 'by severity',
  source: 'by source',
};

function same(...words: string[]): Record<string, string> {
  return Object.fromEntries(words.map((word) => [word, word]));
}

/** Which alerts are shown, and how they are grouped. Narrow screens open it as a sheet. */
export function AlertFilters({
  params,
  filtered,
  counts,
  onChange,
}: {
  params: AlertListParams;
  filtered: boolean;
  counts: string;
  onChange: (changes: Partial<AlertListParams>) => void;
}) {
  const [open, setOpen] = useState(false);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? '').trim();
    onChange({ service: text('service'), q: text('q') });
    setOpen(false);
  };
  return (
    <>
      <button
        type="button"
        className={`${ui.button} ${styles.filterButton}`}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        Filters{filtered ? ' ·' : ''}
      </button>
      <form
        // Typed text follows the URL when filters are cleared or a link is opened.
        key={`${params.service}\n${params.q}`}
        className={styles.filters}
        data-open={open}
        onSubmit={submit}
      >
        <Choice
          label="State"
          options={STATES}
          value={params.state}
          onChange={(state) => onChange({ state })}
        />
        <Choice
          label="Severity"
          options={SEVERITIES}
          value={params.severity}
          onChange={(severity) => onChange({ severity })}
        />
        <input
          name="service"
          defaultValue={params.service}
          placeholder="Service"
          aria-label="Service"
        />
        <input
          name="q"
          type="search"
          defaultValue={params.q}
          placeholder="Name, label or text"
          aria-label="Name, label or text"
        />
        <Choice
          label="Group"
          options={GROUPINGS}
          value={params.group}
          onChange={(group) => onChange({ group })}
        />
        <button type="submit" className={ui.button}>
          Filter
        </button>
        <span className={styles.counts}>{counts}</span>
      </form>
    </>
  );
}

function Choice<Value extends string>({
  label,
  options,
  value,
  onChange,
}: {
  label: string;
  options: Readonly<Record<Value, string>>;
  value: Value;
  onChange: (value: Value) => void;
}) {
  return (
    <select
      aria-label={label}
      value={value}
      onChange={(event) => onChange(event.target.value as Value)}
    >
      {Object.entries<string>(options).map(([each, title]) => (
        <option key={each} value={each}>
          {title}
        </option>
      ))}
    </select>
  );
}
