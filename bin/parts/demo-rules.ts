import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parser } from '@prometheus-io/lezer-promql';
import { parse, stringify } from 'yaml';
import { durationMs } from '@/lib/telemetry/prometheus/expression';
import { SECOND_MS } from '@/lib/time/units';

interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly for?: string;
  readonly keep_firing_for?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}
export interface RuleFile {
  readonly groups: readonly { readonly interval?: string; readonly rules: readonly Rule[] }[];
}

/** A demo is looked at for minutes, not hours. */
const FACTOR = 20;
/** A range needs four scrapes, which are five seconds apart. */
const LEAST_RANGE_SECONDS = 30;
const LEAST_HOLD_SECONDS = 10;
const LEAST_INTERVAL_SECONDS = 5;

const shorter = (text: string, least: number) =>
  `${Math.max(least, Math.round(durationMs(text) / SECOND_MS / FACTOR))}s`;

/**
 * The same rules with shorter times, and nothing else changed: intervals, ranges, offsets, `for`
 * and `keep_firing_for`.
 */
export function shortened(file: RuleFile): RuleFile {
  return {
    ...file,
    groups: file.groups.map((group) => ({
      ...group,
      ...(group.interval === undefined
        ? {}
        : { interval: shorter(group.interval, LEAST_INTERVAL_SECONDS) }),
      rules: group.rules.map((rule) => ({
        ...rule,
        expr: shorterRanges(rule.expr),
        ...(rule.for === undefined ? {} : { for: shorter(rule.for, LEAST_HOLD_SECONDS) }),
        ...(rule.keep_firing_for === undefined
          ? {}
          : { keep_firing_for: shorter(rule.keep_firing_for, LEAST_HOLD_SECONDS) }),
      })),
    })),
  };
}

/**
 * Durations where PromQL's own grammar has them; one that stands in a label's value is left alone.
 */
function shorterRanges(expr: string): string {
  const places: { from: number; to: number }[] = [];
  parser.parse(expr).iterate({
    enter: (node) => {
      const text = expr.slice(node.from, node.to);
      if (
        node.name === 'NumberDurationLiteralInDurationContext' ||
        (node.name === 'NumberDurationLiteral' && /[smhdwy]$/.test(text))
      )
        places.push({ from: node.from, to: node.to });
    },
  });
  return places
    .reverse()
    .reduce(
      (text, { from, to }) =>
        text.slice(0, from) + shorter(text.slice(from, to), LEAST_RANGE_SECONDS) + text.slice(to),
      expr,
    );
}

/** Writes the demo's rules below `folder`. @returns the pattern that Prometheus reads them by */
export function writeDemoRules(root: string, folder: string): string {
  const from = join(root, 'alert-rules');
  for (const name of readdirSync(from).filter((each) => each.endsWith('.yaml')))
    writeFileSync(
      join(folder, `rules-${name}`),
      stringify(shortened(parse(readFileSync(join(from, name), 'utf8')) as RuleFile)),
    );
  return join(folder, 'rules-*.yaml');
}
