import { z } from 'zod';
import { runnableJob } from './handler';
import { defineJob } from './queue';
import { startWorker } from './worker';

/**
 * A process of its own, to be killed: takes jobs of the kind `hang`, says so, and never ends them.
 */
startWorker({
  name: 'hanging',
  concurrency: 1,
  jobs: [
    runnableJob({
      kind: defineJob('hang', z.object({})),
      run() {
        process.stdout.write('taken\n');
        return new Promise(() => {});
      },
    }),
  ],
});
