import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { type Known } from './chart-graph';
import { prepareCharts, render, type ChartName, type Rendered } from './render';

/**
 * The charts, rendered by a real Helm. Their dependencies are empty stand-ins; with CHARTS_FOLDER
 * set to a folder of the real ones (unpacked, by name) everything here runs against those, and what
 * is known of them (dependencies.json) is held against what they render.
 */
export const root = resolve(import.meta.dirname, '../../..');
export const cache = join(root, '.cache');
export const folder = mkdtempSync(join(tmpdir(), 'throughline-charts-'));
export const { CHARTS_FOLDER } = process.env;
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(() => prepareCharts(root, folder, CHARTS_FOLDER), 120_000);

export const recorded = JSON.parse(
  readFileSync(join(import.meta.dirname, 'dependencies.json'), 'utf8'),
) as Record<string, number[]>;
/** Secrets that docs/install.md has somebody make, and those of the values below. */
export const SECRETS: Known['secrets'] = {
  throughline: [
    'database-url',
    'database-ca',
    'metrics-token',
    'admin-password',
    'postgres-password',
    'otlp-token',
    'smtp-url',
    'tempo-token',
    'loki-token',
    'prometheus-token',
  ],
  'throughline-webhook': ['webhook-token'],
  'throughline-grafana': ['admin-user', 'admin-password'],
  'alert-receivers': [
    'smtp-password',
    'slack-url',
    'hook-token',
    'pagerduty-routing-key',
    'opsgenie-api-key',
  ],
  channels: ['alert-channels.json', 'alert-sources.json'],
  // Made by a job of the operator's chart.
  'monitoring-admission': ['cert', 'key', 'ca'],
};

export const image = 'throughline: { image: { repository: images.example.com/throughline } }\n';
interface Case {
  readonly chart: ChartName;
  readonly name: string;
  readonly values: readonly string[];
}

/** Every values file of ours, by the chart it is for. */
export const cases: readonly Case[] = [
  ...(['throughline', 'stack'] as const).flatMap((chart) =>
    readdirSync(join(root, 'helm', chart, 'ci')).map((name) => ({
      chart,
      name,
      values: [join(root, 'helm', chart, 'ci', name)],
    })),
  ),
  ...[['gke'], ['gke', 'gke-managed'], ['eks'], ['eks', 'eks-managed']].map((names) => ({
    chart: 'stack' as const,
    name: `values-${names.at(-1)}.yaml`,
    values: [
      join(root, 'helm/stack/ci/default-values.yaml'),
      ...names.map((name) => join(root, `helm/stack/values-${name}.yaml`)),
    ],
  })),
];
/** Whether a template of ours made it, not one of a dependency. */
export const ours = ({ source }: Rendered) =>
  source.startsWith('stack/templates/') ||
  source.startsWith('throughline/templates/') ||
  source.startsWith('stack/charts/throughline/templates/');
const rendered = new Map<string, Rendered[]>();
/** The objects of a case, rendered once. */
export function objectsOf({ chart, name, values }: Case): Rendered[] {
  const known = rendered.get(`${chart} ${name}`) ?? render(cache, folder, chart, values);
  rendered.set(`${chart} ${name}`, known);
  return known;
}
/** The object of a kind and name. */
export const named = (objects: readonly Rendered[], kind: string, name: string) =>
  objects.find((object) => object.kind === kind && object.metadata.name === name);
/** The objects of the stack with one of its ci values files. */
export const stack = (name: string) =>
  objectsOf(cases.find((each) => each.chart === 'stack' && each.name === name)!);
