'use client';

import { Dialog } from '@base-ui/react/dialog';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { formatValue, type Unit } from '@/components/charts/units';
import { Panel } from '@/components/ui/panel';
import ui from '@/components/ui/ui.module.css';
import type { PanelView } from '@/lib/dashboards/contract';
import { formatDuration, formatInstant } from '@/lib/time/format';
import { draftQuery, type DashboardId } from './queries';
import styles from './dashboards.module.css';

const HOLDS: readonly [number, string][] = [
  [0, 'at once'],
  [60, '1 min'],
  [300, '5 min'],
  [600, '10 min'],
  [900, '15 min'],
  [3600, '1 h'],
];
const LISTED = 20;
/** As the field has it: shares as people say them. */
const UNITS: Readonly<Record<Unit, string>> = {
  ratio: '%',
  seconds: 'seconds',
  'per-second': 'a second',
  bytes: 'bytes',
  cores: 'cores',
  count: '',
};
const shownAs = (value: number, unit: Unit) =>
  unit === 'ratio' ? String(Number((value * 100).toPrecision(12))) : String(value);
const meantBy = (text: string, unit: Unit) =>
  unit === 'ratio' ? Number((Number(text) / 100).toPrecision(12)) : Number(text);

/** A ready rule of a panel, its test, and when it would have fired in the time that is shown. */
export default function AlertDialog({
  id,
  panel,
  search,
  onClose,
}: {
  id: DashboardId;
  panel: PanelView;
  search: string;
  onClose: () => void;
}) {
  // What was shown when it was opened, and what is wished once somebody stopped typing.
  const [shown] = useState(search);
  const [wish, setWish] = useState({
    threshold: shownAs(panel.threshold?.value ?? 1, panel.unit),
    direction: 'above',
    hold: 300,
    severity: panel.threshold?.severity ?? 'warning',
    name: '',
  });
  const settled = useSettled(wish);
  const asked = new URLSearchParams(shown);
  for (const [key, value] of Object.entries({
    ...settled,
    threshold: meantBy(settled.threshold, panel.unit),
  }))
    if (value !== '') asked.set(key, String(value));
  const wrong = problemOf(wish);
  const query = useQuery({
    ...draftQuery(id, panel.id, asked.toString()),
    enabled: wrong === null && problemOf(settled) === null,
  });
  const pending = wish !== settled || query.isPlaceholderData;
  const draft = query.data;
  const looked = `Looked at every ${formatDuration((draft?.stepSeconds ?? 0) * 1e9)}, as the rule would.`;
  const change = (part: Partial<typeof wish>) => setWish({ ...wish, ...part });
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={ui.backdrop} />
        <Dialog.Popup className={`${ui.sheet} ${ui.wideSheet} ${styles.dialog}`}>
          <Dialog.Title>An alert of {panel.title}</Dialog.Title>
          <Dialog.Description>
            Nothing is changed here: commit the rule to alert-rules/ and its test to
            alert-rules/tests/, and write the runbook it names.
          </Dialog.Description>
          <div className={styles.dialogBody} role="region" aria-label="Rule and test">
            <div className={styles.wish}>
              <label>
                Fires when it is
                <select
                  value={wish.direction}
                  onChange={(event) => change({ direction: event.target.value })}
                >
                  <option>above</option>
                  <option>below</option>
                </select>
              </label>
              <label>
                {UNITS[panel.unit] ? `Threshold, ${UNITS[panel.unit]}` : 'Threshold'}
                <input
                  inputMode="decimal"
                  value={wish.threshold}
                  onChange={(event) => change({ threshold: event.target.value })}
                />
              </label>
              <label>
                For
                <select
                  value={wish.hold}
                  onChange={(event) => change({ hold: Number(event.target.value) })}
                >
                  {HOLDS.map(([seconds, words]) => (
                    <option key={seconds} value={seconds}>
                      {words}
                    </option>
                  ))}
                </select>
              </label>
              <label>
                Severity
                <select
                  value={wish.severity}
                  onChange={(event) =>
                    change({ severity: event.target.value as typeof wish.severity })
                  }
                >
                  {['critical', 'warning', 'info'].map((each) => (
                    <option key={each}>{each}</option>
                  ))}
                </select>
              </label>
              <label>
                Name
                <input
                  value={wish.name}
                  placeholder={draft?.name}
                  onChange={(event) => change({ name: event.target.value })}
                />
              </label>
            </div>
            {wrong && (
              <p role="alert" className={ui.error}>
                {wrong}
              </p>
            )}
            <Panel
              state={query.error ? 'failed' : draft ? 'ready' : 'loading'}
              message={query.error?.message ?? 'Asking what it would have done…'}
              height={160}
            >
              {draft && (
                <>
                  <h3>In the time that is shown</h3>
                  <p data-testid="firings" role="status">
                    {draft.seriesCount === 0
                      ? 'There were no samples: it would have been quiet.'
                      : draft.firings.length === 0
                        ? `It would not have fired${draft.extreme === null ? '' : `: the ${wish.direction === 'above' ? 'highest' : 'lowest'} of ${draft.seriesCount} series was ${formatValue(draft.extreme, panel.unit)}`}. ${looked}`
                        : `It would have fired ${draft.firings.length + draft.omittedFirings} ${draft.firings.length + draft.omittedFirings === 1 ? 'time' : 'times'}. ${looked}`}
                  </p>
                  <ul className={styles.firings}>
                    {draft.firings.slice(0, LISTED).map(({ series, from, to }) => (
                      <li key={`${series} ${from}`}>
                        <b>{series}</b>{' '}
                        <span className="mono">
                          {formatInstant(Date.parse(from)).replace(' UTC', '')} –{' '}
                          {to ? formatInstant(Date.parse(to)) : 'still'}
                        </span>
                      </li>
                    ))}
                  </ul>
                  <File
                    title="Rule"
                    name={`${fileOf(draft.name)}.yaml`}
                    text={draft.rule}
                    pending={pending}
                  />
                  <File
                    title="Test"
                    name={`tests/${fileOf(draft.name)}.yaml`}
                    text={draft.test}
                    pending={pending}
                  />
                </>
              )}
            </Panel>
          </div>
          <Dialog.Close className={ui.button}>Close</Dialog.Close>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

const fileOf = (name: string) => name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase();

/** What is wrong with what was typed. */
const problemOf = (wish: { readonly threshold: string; readonly name: string }): string | null =>
  wish.threshold.trim() === '' || !Number.isFinite(Number(wish.threshold))
    ? 'The threshold must be a number.'
    : wish.name !== '' && !/^[A-Z][A-Za-z0-9]{2,63}$/.test(wish.name)
      ? 'The name must be like CheckoutSlow: letters and digits, the first a capital.'
      : null;

/** What was said last, once nothing has changed for a moment. */
function useSettled<Value>(value: Value): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const later = setTimeout(() => setSettled(value), SETTLED_MS);
    return () => clearTimeout(later);
  }, [value]);
  return settled;
}
const SETTLED_MS = 300;

function File({
  title,
  name,
  text,
  pending,
}: {
  title: string;
  name: string;
  text: string;
  pending: boolean;
}) {
  const [copied, setCopied] = useState(false);
  return (
    <section className={styles.file} aria-label={title}>
      <header>
        <h3>
          {title} <small className="mono">alert-rules/{name}</small>
        </h3>
        <button
          type="button"
          className={ui.button}
          disabled={pending}
          onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}
        >
          {copied ? 'Copied' : `Copy ${title.toLowerCase()}`}
        </button>
      </header>
      <pre className="mono" tabIndex={0}>
        {text}
      </pre>
    </section>
  );
}
