import { context } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';

/**
 * Runs `work` without spans: intake, probes and store writes, or the portal would trace its own
 * export for ever.
 */
export const untraced = <Result>(work: () => Result): Result =>
  context.with(suppressTracing(context.active()), work);
