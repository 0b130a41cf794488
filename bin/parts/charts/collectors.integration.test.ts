import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { folder, named, root, stack } from './rendered-charts.fixture';

describe('collectors as they are rendered', () => {
  interface Collector {
    readonly receivers: object;
    readonly processors: object;
    readonly exporters: object;
    readonly extensions: object;
    readonly service: {
      readonly extensions: string[];
      readonly pipelines: Record<
        string,
        { receivers: string[]; processors: string[]; exporters: string[] }
      >;
    };
  }
  const collector = (values: string, name: string) =>
    parse(named(stack(values), 'ConfigMap', `collector-${name}`)!.data!.relay!) as Collector;
  test.each(['agent', 'gateway', 'cluster'])(
    '%s: every component that a pipeline names is there, and none is idle',
    (name) => {
      const { receivers, processors, exporters, extensions, service } = collector(
        'everything-values.yaml',
        name,
      );
      const used = (part: 'receivers' | 'processors' | 'exporters') =>
        [...new Set(Object.values(service.pipelines).flatMap((pipeline) => pipeline[part]))].sort();
      expect(used('receivers')).toEqual(Object.keys(receivers).sort());
      expect(used('processors')).toEqual(Object.keys(processors).sort());
      expect(used('exporters')).toEqual(Object.keys(exporters).sort());
      expect([...service.extensions].sort()).toEqual(Object.keys(extensions).sort());
      // First what keeps it alive, last what makes few messages of many.
      for (const pipeline of Object.values(service.pipelines))
        expect([pipeline.processors[0], pipeline.processors.at(-1)]).toEqual([
          'memory_limiter',
          'batch',
        ]);
    },
  );
  test('errors are never sampled away, and by default nothing is', () => {
    expect(
      collector('default-values.yaml', 'gateway').service.pipelines.traces!.processors,
    ).not.toContain('tail_sampling');
    const { processors, service } = collector('everything-values.yaml', 'gateway');
    expect(service.pipelines.traces!.processors).toContain('tail_sampling');
    expect(
      (processors as { tail_sampling: { policies: object[] } }).tail_sampling.policies,
    ).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ type: 'status_code', status_code: { status_codes: ['ERROR'] } }),
        expect.objectContaining({
          type: 'probabilistic',
          probabilistic: { sampling_percentage: 25 },
        }),
      ]),
    );
  });
});

test('a job on a runner has the caller’s id, else its run’s, and the ids of the receiver', () => {
  const hook = join(root, 'helm/stack/files/runner/job-started.sh');
  const own = join(folder, 'runner');
  mkdirSync(own);
  const run = (event: object, more: Record<string, string> = {}) => {
    writeFileSync(join(own, 'event.json'), JSON.stringify(event, null, 2));
    writeFileSync(join(own, 'env'), '');
    const { status } = spawnSync('bash', ['-e', hook], {
      encoding: 'utf8',
      env: {
        PATH: process.env.PATH,
        NODE_ENV: 'test',
        GITHUB_EVENT_PATH: join(own, 'event.json'),
        GITHUB_ENV: join(own, 'env'),
        THROUGHLINE_LINES: join(own, 'lines'),
        GITHUB_RUN_ID: '12345678901',
        GITHUB_RUN_ATTEMPT: '1',
        GITHUB_REPOSITORY: 'o/shop',
        GITHUB_SHA: 'abc123',
        RUNNER_NAME: 'arc-x64-runner-1',
        ...more,
      },
    });
    expect(status).toBe(0);
    return {
      env: readFileSync(join(own, 'env'), 'utf8'),
      line: JSON.parse(readFileSync(join(own, 'lines'), 'utf8')) as Record<string, string>,
    };
  };
  expect(run({}, { GITHUB_WORKFLOW: 'say "hi" \\ there' }).line['cicd.pipeline.name']).toBe(
    'say hi  there',
  );
  // The receiver's own ids of the trace and of the run's span from it (0.158).
  const plain = run({ action: 'push' });
  expect(plain.env).toContain(
    'TRACEPARENT=00-ba70cefb7d2c2d85dd09cfff97caefe4-2061534e4cf5e1c4-01\n',
  );
  // It never fails a job, whatever it may not write to.
  expect(run({}, { GITHUB_ENV: '/proc/none/env' }).line.correlation_id).toBe('gha-12345678901-1');
  expect(plain.line).toMatchObject({
    correlation_id: 'gha-12345678901-1',
    trace_id: 'ba70cefb7d2c2d85dd09cfff97caefe4',
    'cicd.pipeline.worker.name': 'arc-x64-runner-1',
    'vcs.ref.head.revision': 'abc123',
  });
  expect(run({ client_payload: { correlation_id: 'order-4711-deploy' } }).env).toContain(
    'CORRELATION_ID=order-4711-deploy\n',
  );
  expect(run({ inputs: { correlation_id: 'a"; rm -rf /; "' } }).env).toContain(
    'CORRELATION_ID=gha-12345678901-1\n',
  );
});
