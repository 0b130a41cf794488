import { config, ConfigError } from '@/lib/config/load';

/** Checks the configuration, starts the portal's own telemetry, then the loops of this process's role. */
export async function startProcess(): Promise<void> {
  if (process.env.NEXT_PHASE === 'phase-production-build') return;
  try {
    await start();
  } catch (error) {
    // Next would go on serving without what failed here.
    console.error(error instanceof ConfigError ? error.message : error);
    process.exit(error instanceof ConfigError ? 78 : 70); // EX_CONFIG, EX_SOFTWARE
  }
}

async function start(): Promise<void> {
  config();
  const { registerTelemetry } = await import('@/lib/observability/register');
  registerTelemetry(process.env);
  const { TRACES_SOURCE, LOGS_SOURCE, ROLE } = config();
  const embedded = TRACES_SOURCE === 'embedded' || LOGS_SOURCE === 'embedded';
  if (ROLE === 'all' || ROLE === 'worker') (await import('@/lib/alerts/loops')).startAlertLoops();
  if (embedded && (ROLE === 'all' || ROLE === 'worker'))
    (await import('@/lib/telemetry/embedded/retention')).startRetention();
}
