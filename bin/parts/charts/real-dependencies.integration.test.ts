import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { faultsOf } from './kubernetes-types';
import { CHARTS_FOLDER, ours, recorded, root, stack } from './rendered-charts.fixture';

test.runIf(CHARTS_FOLDER)(
  'with the real dependencies, what is known of them is so, and none of our values is one they do not know',
  async () => {
    const objects = stack('default-values.yaml');
    const services = Object.fromEntries(
      objects
        .filter(
          (object) =>
            object.kind === 'Service' && !ours(object) && object.metadata.name in recorded,
        )
        .map(({ metadata, spec }) => [
          metadata.name,
          (spec!.ports as { port: number | string }[])
            .map(({ port }) => Number(port))
            .sort((a, b) => a - b),
        ]),
    );
    expect(services).toEqual(recorded);
    for (const object of objects.filter((each) => !ours(each))) {
      // The operator's own types want apiVersion and kind in a claim's template, which nobody
      // writes.
      expect(
        (await faultsOf(object))?.filter((fault) => !fault.includes('volumeClaimTemplate')) ?? [],
        `${object.source} ${object.metadata.name}`,
      ).toEqual([]);
    }
    const values = parse(readFileSync(join(root, 'helm/stack/values.yaml'), 'utf8'), {
      maxAliasCount: -1,
      merge: true,
    }) as Record<string, unknown>;
    // What a chart reads without having it among its defaults: conditions of ours, and maps that go
    // into a configuration as they are.
    const read =
      /^(\S+\.enabled|kube-prometheus-stack\.alertmanager\.alertmanagerSpec\.configSecret|kube-prometheus-stack\.grafana\.fullnameOverride|tempo\.tempo\.storage\.trace\.block|loki\.loki\.limits_config\.\w+|cluster\.ports\.workflows)$/;
    const unknown: string[] = [];
    const compare = (own: unknown, theirs: unknown, path: string): void => {
      if (own === null || typeof own !== 'object' || Array.isArray(own)) return;
      for (const [key, value] of Object.entries(own)) {
        const free =
          theirs === null ||
          theirs === undefined ||
          (typeof theirs === 'object' && Object.keys(theirs).length === 0);
        if (free) return;
        const inner = path === 'kube-prometheus-stack' ? nested[key] : undefined;
        if (inner) compare(value, inner, `${path}.${key}`);
        else if (!(key in (theirs as object))) unknown.push(`${path}.${key}`);
        else compare(value, (theirs as Record<string, unknown>)[key], `${path}.${key}`);
      }
    };
    const theirs = (name: string) =>
      parse(readFileSync(join(CHARTS_FOLDER!, name, 'values.yaml'), 'utf8'), {
        maxAliasCount: -1,
      }) as unknown;
    const below = (name: string) => theirs(join('kube-prometheus-stack/charts', name)) as object;
    // Of Grafana, the chart has defaults of its own on top.
    const nested: Record<string, object> = {
      grafana: {
        ...below('grafana'),
        ...(theirs('kube-prometheus-stack') as { grafana: object }).grafana,
      },
      'kube-state-metrics': below('kube-state-metrics'),
      'prometheus-node-exporter': below('prometheus-node-exporter'),
    };
    for (const [key, name] of [
      ['kube-prometheus-stack', 'kube-prometheus-stack'],
      ['tempo', 'tempo'],
      ['loki', 'loki'],
      ['agent', 'opentelemetry-collector'],
      ['gateway', 'opentelemetry-collector'],
      ['cluster', 'opentelemetry-collector'],
    ] as const)
      compare(values[key], theirs(name), key);
    expect(unknown.filter((path) => !read.test(path))).toEqual([]);
  },
);
