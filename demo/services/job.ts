import { context } from '@opentelemetry/api';
import { currentCorrelationId, receivedFromEnvironment } from '@/lib/correlation-id/propagation';
import { inSpan, work } from '../service/http';
import { log } from '../service/log';
import { emitted, startTelemetry } from '../service/telemetry';

/** One commit in so many breaks a test. */
const FAILS_EVERY = 24;

class TestFailure extends Error {
  override readonly name = 'TestFailure';
}

/**
 * One CI job: reads its place in the trace from its environment, tells the runner what it emitted,
 * and ends.
 */
const stop = startTelemetry('ci-job', 'arc-x64-7k2pd-runner-4bq2c');
await context.with(receivedFromEnvironment(process.env), async () => {
  await inSpan(
    `job ${process.env.CI_WORKFLOW}`,
    {
      'cicd.pipeline.name': process.env.CI_WORKFLOW ?? '',
      'vcs.repository.name': (process.env.CI_REPOSITORY ?? '').replace(/^.*\//, ''),
      'vcs.owner.name': (process.env.CI_REPOSITORY ?? '').replace(/\/.*$/, ''),
      'vcs.ref.head.revision': process.env.CI_COMMIT ?? '',
    },
    async () => {
      await inSpan('check out', {}, () => work(60));
      log('info', `checked out ${process.env.CI_COMMIT}`);
      await inSpan('install', {}, () => work(180));
      await inSpan('test', {}, async () => {
        await work(250);
        if (Number.parseInt(process.env.CI_COMMIT ?? '', 16) % FAILS_EVERY === 0) {
          log('error', '1 of 412 tests failed: an empty cart is refused');
          throw new TestFailure('1 of 412 tests failed');
        }
      });
      log('info', 'tests passed', { tests: 412 });
    },
  ).catch((error: unknown) => {
    if (!(error instanceof TestFailure)) throw error;
    process.exitCode = 1;
  });
  const counts = emitted.get(currentCorrelationId() ?? '') ?? { spans: 0, logs: 0 };
  await stop();
  process.stdout.write(`emitted ${counts.spans} ${counts.logs}\n`);
});
