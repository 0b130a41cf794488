import type { ReactNode } from 'react';
import type { Unit } from '@/components/charts/units';
import { DIRECTIONS, SEVERITIES, type RuleFormValues } from './rule-draft-input';
import styles from './dashboards.module.css';

const HOLDS: readonly { readonly seconds: number; readonly title: string }[] = [
  { seconds: 0, title: 'at once' },
  { seconds: 60, title: '1 min' },
  { seconds: 300, title: '5 min' },
  { seconds: 600, title: '10 min' },
  { seconds: 900, title: '15 min' },
  { seconds: 3600, title: '1 h' },
];
const THRESHOLD_LABELS: Readonly<Record<Unit, string>> = {
  ratio: 'Threshold, %',
  seconds: 'Threshold, seconds',
  'per-second': 'Threshold, a second',
  bytes: 'Threshold, bytes',
  cores: 'Threshold, cores',
  count: 'Threshold',
};

interface Props {
  readonly values: RuleFormValues;
  readonly unit: Unit;
  readonly suggestedName: string | undefined;
  readonly onChange: (values: RuleFormValues) => void;
}

/** What an alert rule compares, for how long, how severe it is and its name. */
export function RuleDraftForm({ values, unit, suggestedName, onChange }: Props) {
  const change = (part: Partial<RuleFormValues>) => onChange({ ...values, ...part });
  return (
    <div className={styles.ruleForm}>
      <Field label="Fires when it is">
        <select
          value={values.direction}
          onChange={(event) =>
            change({ direction: event.target.value as RuleFormValues['direction'] })
          }
        >
          {DIRECTIONS.map((direction) => (
            <option key={direction}>{direction}</option>
          ))}
        </select>
      </Field>
      <Field label={THRESHOLD_LABELS[unit]}>
        <input
          inputMode="decimal"
          value={values.threshold}
          onChange={(event) => change({ threshold: event.target.value })}
        />
      </Field>
      <Field label="For">
        <select
          value={values.holdSeconds}
          onChange={(event) => change({ holdSeconds: Number(event.target.value) })}
        >
          {HOLDS.map(({ seconds, title }) => (
            <option key={seconds} value={seconds}>
              {title}
            </option>
          ))}
        </select>
      </Field>
      <Field label="Severity">
        <select
          value={values.severity}
          onChange={(event) =>
            change({ severity: event.target.value as RuleFormValues['severity'] })
          }
        >
          {SEVERITIES.map((severity) => (
            <option key={severity}>{severity}</option>
          ))}
        </select>
      </Field>
      <Field label="Name">
        <input
          value={values.name}
          placeholder={suggestedName}
          onChange={(event) => change({ name: event.target.value })}
        />
      </Field>
    </div>
  );
}

const Field = ({ label, children }: { readonly label: string; readonly children: ReactNode }) => (
  <label>
    {label}
    {children}
  </label>
);
