import { config, ConfigError } from '@/lib/config/load';

/** Checks the configuration, starts the portal's own telemetry, then the loops of this process's role. */
export async function startProcess(): Promise<void> {
  if (process.env.NEXT_PHASE === 'phase-production-build') return;
  try {
    config();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    process.exit(78); // EX_CONFIG
  }
  const { registerTelemetry } = await import('@/lib/observability/register');
  registerTelemetry(process.env.OTEL_EXPORTER_OTLP_ENDPOINT, config().OTLP_TOKEN);
  const { TRACES_SOURCE, LOGS_SOURCE, ROLE } = config();
  const embedded = TRACES_SOURCE === 'embedded' || LOGS_SOURCE === 'embedded';
  if (embedded && (ROLE === 'all' || ROLE === 'worker')) (await import('@/lib/telemetry/embedded/retention')).startRetention();
}
