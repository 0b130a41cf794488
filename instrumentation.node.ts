import { config, ConfigError } from '@/lib/config/load';

/**
 * Checks the configuration, starts the portal's own telemetry, then the background jobs where its
 * role has them.
 */
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
  const { ROLE } = config();
  if (ROLE === 'all' || ROLE === 'worker')
    (await import('@/lib/pages/background-jobs')).startBackgroundJobs();
}
