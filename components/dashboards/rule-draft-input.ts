import type { Unit } from '@/components/charts/units';
import type { PanelView } from '@/lib/dashboards/contract';

export const DIRECTIONS = ['above', 'below'] as const;
export const SEVERITIES = ['critical', 'warning', 'info'] as const;

/** What the form holds: the threshold as it was typed, in the unit of the field. */
export interface RuleFormValues {
  readonly threshold: string;
  readonly direction: (typeof DIRECTIONS)[number];
  readonly holdSeconds: number;
  readonly severity: (typeof SEVERITIES)[number];
  /** Empty for the suggested one. */
  readonly name: string;
}

type RulePanel = Pick<PanelView, 'unit' | 'threshold'>;

const DEFAULT_HOLD_SECONDS = 300;
const RULE_NAME = /^[A-Z][A-Za-z0-9]{2,63}$/;

export const initialValues = ({ unit, threshold }: RulePanel): RuleFormValues => ({
  threshold: toFieldValue(threshold?.value ?? 1, unit),
  direction: 'above',
  holdSeconds: DEFAULT_HOLD_SECONDS,
  severity: threshold?.severity ?? 'warning',
  name: '',
});

/** Ratios are typed in percent. */
const toFieldValue = (value: number, unit: Unit): string =>
  String(unit === 'ratio' ? withoutNoise(value * 100) : value);
const fromFieldValue = (text: string, unit: Unit): number =>
  unit === 'ratio' ? withoutNoise(Number(text) / 100) : Number(text);
/** 0.07 * 100 is 7.000000000000001. */
const withoutNoise = (value: number): number => Number(value.toPrecision(12));

/** What is wrong with the values; null where nothing is. */
export function problemOf({ threshold, name }: RuleFormValues): string | null {
  if (threshold.trim() === '' || !Number.isFinite(Number(threshold)))
    return 'The threshold must be a number.';
  if (name !== '' && !RULE_NAME.test(name))
    return 'The name must be like CheckoutSlow: letters and digits, the first a capital.';
  return null;
}

/** The query of a draft: what is shown, and the values. */
export function toDraftSearch(shown: string, values: RuleFormValues, unit: Unit): string {
  const { threshold, direction, holdSeconds, severity, name } = values;
  const search = new URLSearchParams(shown);
  search.set('threshold', String(fromFieldValue(threshold, unit)));
  search.set('direction', direction);
  search.set('hold', String(holdSeconds));
  search.set('severity', severity);
  if (name !== '') search.set('name', name);
  return search.toString();
}

/** CheckoutSlow -> checkout-slow.yaml, below alert-rules/. */
export const ruleFileName = (name: string): string =>
  `${name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase()}.yaml`;
