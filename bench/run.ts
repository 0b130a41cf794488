import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { measureDashboards } from './dashboards';
import { measureFaults } from './faults';
import { measureIntake } from './intake';
import { measureNotifications } from './notifications';
import { measurePage } from './page';
import { measureView } from './view';
import { measureWebhooks } from './webhooks';
import { pause, root, startWorld } from './world';

/**
 * `npm run bench`: the figures of the budgets, as ratios within one run, into results.md. Name
 * parts to run only those.
 */
const PARTS = {
  view: measureView,
  page: measurePage,
  intake: measureIntake,
  faults: measureFaults,
  dashboards: measureDashboards,
};
const wanted = process.argv.slice(2);

/** Measured with nothing else running. */
const ALONE = { webhooks: measureWebhooks, notifications: measureNotifications };

const lines: string[] = [];
async function measured(name: string, measure: () => Promise<string[]>): Promise<void> {
  if (wanted.length && !wanted.includes(name)) return;
  console.log(`measuring ${name}…`);
  const found = await measure();
  console.log(found.join('\n'));
  lines.push(...found);
}

for (const [name, measure] of Object.entries(ALONE)) await measured(name, measure);
if (wanted.length === 0 || wanted.some((name) => name in PARTS)) {
  const { world, stop } = await startWorld();
  try {
    // Baselines and rates need a few scrapes.
    await pause(30_000);
    for (const [name, measure] of Object.entries(PARTS)) await measured(name, () => measure(world));
  } finally {
    await stop();
  }
}
if (wanted.length === 0) {
  writeFileSync(
    join(root, 'bench/results.md'),
    [
      '# Figures of the last run of `npm run bench`',
      '',
      `${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ` +
        `${cpus().length} cores shared by the portal, Postgres, Prometheus, the demo services and ` +
        'the measuring programs. Absolute times are of that machine; the ratios are what is kept.',
      '',
      '| what | measured | floor, in the same run | ratio | budget |',
      '| --- | --- | --- | --- | --- |',
      ...lines,
      '',
    ].join('\n'),
  );
}
