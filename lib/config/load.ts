import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { processState } from './process-state';
import { BACKENDS, configSchema, type Config } from './schema';

/** These may come from a mounted file instead: `NAME_FILE=/path`. */
const FROM_FILES = [
  'DATABASE_URL',
  'OTLP_TOKEN',
  'METRICS_TOKEN',
  'ALERT_SOURCES',
  'ALERT_CHANNELS',
  'SMTP_URL',
  ...BACKENDS.map((prefix) => `${prefix}_BASIC_PASSWORD`),
];

/** Thrown when the environment cannot be used; the message lists every fault, one a line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Reads the configuration from `environment`. An empty variable counts as unset.
 * @throws ConfigError with all faults at once.
 */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const faults: string[] = [];
  const values: Record<string, string> = {};
  for (const key of Object.keys(configSchema.shape)) {
    const value = environment[key];
    if (value) values[key] = value;
    const file = environment[`${key}_FILE`];
    if (!file || !FROM_FILES.includes(key)) continue;
    try {
      values[key] = readFileSync(file, 'utf8').trim();
    } catch (error) {
      faults.push(`${key}_FILE: cannot be read (${(error as NodeJS.ErrnoException).code})`);
    }
  }
  const parsed = configSchema.safeParse(values);
  if (!parsed.success)
    faults.push(
      ...parsed.error.issues.map(
        (issue: z.core.$ZodIssue) => `${issue.path.join('.') || 'environment'}: ${issue.message}`,
      ),
    );
  if (faults.length > 0 || !parsed.success) {
    const count = faults.length === 1 ? '1 setting is' : `${faults.length} settings are`;
    const list = faults.map((fault) => `  - ${fault}`).join('\n');
    throw new ConfigError(`Throughline cannot start; ${count} wrong:\n${list}`);
  }
  return parsed.data;
}

/** The configuration of this process, read once. */
export const config = processState('config', (): Config => readConfig(process.env));
