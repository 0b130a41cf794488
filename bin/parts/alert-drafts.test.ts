import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { draftRule } from '@/lib/dashboards/rule-drafts/rule-draft';
import {
  defaultRuleName,
  refusalReason,
  type RuleInput,
} from '@/lib/dashboards/rule-drafts/rule-input';
import { DASHBOARDS } from '@/lib/dashboards/catalogue/catalogue';
import type { Dashboard, Panel } from '@/lib/dashboards/catalogue/panel';
import type { Selection } from '@/lib/dashboards/catalogue/parameters';
import { promtool } from './debian';

const tool = promtool(join(resolve(import.meta.dirname, '../..'), '.cache'));
const folder = mkdtempSync(join(tmpdir(), 'throughline-drafts-'));
afterAll(() => rmSync(folder, { recursive: true }));
const run = (args: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(tool.path, args, {
    cwd: join(folder, 'tests'),
    encoding: 'utf8',
    env: { ...process.env, ...tool.env } as NodeJS.ProcessEnv,
  });
  return status === 0 ? '' : `${stdout}${stderr}`;
};
const cases = DASHBOARDS.flatMap((dashboard) =>
  dashboard.panels.map((panel) => ({ dashboard, panel, name: `${dashboard.id} ${panel.id}` })),
);

/** Writes a draft as somebody would commit it. @returns its files, from the folder of the tests */
function commit(
  dashboard: Dashboard,
  panel: Panel,
  input: RuleInput,
  selection: Selection = {},
): { rule: string; test: string } {
  const { rule, test: own } = draftRule(dashboard, panel, selection, input);
  const [file] = (parse(own) as { rule_files: string[] }).rule_files;
  mkdirSync(join(folder, 'tests'), { recursive: true });
  writeFileSync(join(folder, 'tests', file!), rule);
  const path = join(folder, 'tests', `${input.name}.yaml`);
  writeFileSync(path, own);
  return { rule: file!, test: path };
}

const THRESHOLDS: Readonly<Record<Panel['unit'], number>> = {
  'per-second': 3,
  ratio: 0.2,
  seconds: 0.75,
  bytes: 1e9,
  cores: 1.5,
  count: 4,
};

test.each(cases)(
  'an alert made of $name is one that Prometheus takes, and its own test holds, above and below',
  ({ dashboard, panel }) => {
    const threshold = panel.threshold?.value ?? THRESHOLDS[(panel.ruleQuery ?? panel).unit];
    for (const direction of ['above', 'below'] as const) {
      const input: RuleInput = {
        name: defaultRuleName(panel, direction),
        threshold,
        direction,
        holdSeconds: 300,
        severity: 'warning',
      };
      if (refusalReason(panel, input)) continue;
      const { rule, test: own } = commit(dashboard, panel, input);
      expect(run(['check', 'rules', rule])).toBe('');
      expect(run(['test', 'rules', own])).toBe('');
    }
  },
  60_000,
);

test('where nothing runs any more, an alert of fewer than one fires; a budget that is overspent is below zero', () => {
  for (const [name, threshold] of [
    ['runners nodes', 1],
    ['application budget-left', 0],
    ['cluster nodes', 1],
  ] as const) {
    const { dashboard, panel } = cases.find((each) => each.name === name)!;
    const { test: own } = commit(dashboard, panel, {
      name: 'TooFew',
      threshold,
      direction: 'below',
      holdSeconds: 300,
      severity: 'warning',
    });
    expect(run(['test', 'rules', own]), name).toBe('');
  }
}, 60_000);

test.each(cases.filter(({ dashboard }) => dashboard.parameters.length > 0))(
  'an alert made of $name with something chosen is tested with what is chosen',
  ({ dashboard, panel }) => {
    const threshold = panel.threshold?.value ?? THRESHOLDS[(panel.ruleQuery ?? panel).unit];
    const selection = Object.fromEntries(
      dashboard.parameters.map((name) => [name, [`${name} "a", b+c`, 'another']]),
    );
    const { rule, test: own } = commit(
      dashboard,
      panel,
      {
        name: defaultRuleName(panel, 'above'),
        threshold,
        direction: 'above',
        holdSeconds: 300,
        severity: 'warning',
      },
      selection,
    );
    expect(run(['check', 'rules', rule])).toBe('');
    expect(run(['test', 'rules', own])).toBe('');
  },
  60_000,
);

test('a test of a draft fails when its rule has another threshold', () => {
  const { dashboard, panel } = cases.find(({ name }) => name === 'application errors')!;
  const input: RuleInput = {
    name: 'CheckoutFails',
    threshold: 0.05,
    direction: 'above',
    holdSeconds: 300,
    severity: 'critical',
  };
  const { rule, test: own } = commit(dashboard, panel, input);
  writeFileSync(
    join(folder, 'tests', rule),
    draftRule(dashboard, panel, {}, { ...input, threshold: 0.9 }).rule,
  );
  expect(run(['test', 'rules', own])).toContain('FAILED');
});

test('whatever threshold, direction and time somebody enters, the test of the draft holds', () => {
  const some = cases.filter(({ name }) =>
    [
      'application errors',
      'application p95',
      'application rate',
      'cluster node-cpu',
      'cluster restarts',
      'runners queue',
    ].includes(name),
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...some),
      fc.constantFrom('above', 'below'),
      fc.constantFrom(0.01, 0.5, 0.99),
      fc.constantFrom(0, 60, 90, 900, 7200),
      ({ dashboard, panel }, direction, share, holdSeconds) => {
        const threshold = thresholdOf(panel.unit, share);
        const { test: own } = commit(dashboard, panel, {
          name: 'Drafted',
          threshold,
          direction,
          holdSeconds,
          severity: 'info',
        });
        expect(run(['test', 'rules', own])).toBe('');
      },
    ),
    { numRuns: 25 },
  );
}, 120_000);

function thresholdOf(unit: string, share: number): number {
  if (unit === 'ratio') return share;
  if (unit === 'count') return Math.ceil(share * 10);
  return share * 100;
}
