import { z } from 'zod';

const httpUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
  .refine((text) => { const url = URL.canParse(text) ? new URL(text) : undefined; return !url || (!url.username && !url.password && !url.hash); }, 'must have no credentials and no fragment')
  .transform((text) => text.replace(/\/+$/, ''));

const secret = z.string().min(16, 'must have at least 16 characters');
const positive = z.coerce.number().int().positive();
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '::1']);

/** Everything the portal reads from its environment; README has the same table. */
export const configSchema = z
  .object({
    DATABASE_URL: z.string({ error: 'is required: a postgresql:// URL' }).regex(/^postgres(ql)?:\/\//, 'must be a postgresql:// URL'),
    PUBLIC_URL: httpUrl.default('http://127.0.0.1:3000'),
    // What the standalone server binds to when it is told nothing.
    HOSTNAME: z.string().default('0.0.0.0'),
    PORT: z.coerce.number().int().min(1).max(65_535).default(3000),
    ROLE: z.enum(['all', 'web', 'intake', 'worker']).default('all'),
    LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
    TRACES_SOURCE: z.enum(['embedded', 'tempo']).default('embedded'),
    LOGS_SOURCE: z.enum(['embedded', 'loki']).default('embedded'),
    METRICS_SOURCE: z.enum(['prometheus', 'none']).default('none'),
    TEMPO_URL: httpUrl.optional(),
    LOKI_URL: httpUrl.optional(),
    PROMETHEUS_URL: httpUrl.optional(),
    OTLP_TOKEN: secret.optional(),
    METRICS_TOKEN: secret.optional(),
    RETENTION_HOURS: positive.max(24 * 90).default(72),
    RETENTION_BYTES: positive.default(4 * 1024 ** 3),
    SEARCH_DAYS: positive.max(30).default(7),
    SESSION_HOURS: positive.max(24 * 30).default(12),
  })
  .superRefine((config, check) => {
    const need = (when: boolean, key: 'TEMPO_URL' | 'LOKI_URL' | 'PROMETHEUS_URL', source: string) => {
      if (when && !config[key]) check.addIssue({ code: 'custom', path: [key], message: `is required when ${source}` });
    };
    need(config.TRACES_SOURCE === 'tempo', 'TEMPO_URL', 'TRACES_SOURCE=tempo');
    need(config.LOGS_SOURCE === 'loki', 'LOKI_URL', 'LOGS_SOURCE=loki');
    need(config.METRICS_SOURCE === 'prometheus', 'PROMETHEUS_URL', 'METRICS_SOURCE=prometheus');
    if (!LOOPBACK.has(config.HOSTNAME) && !config.OTLP_TOKEN) {
      check.addIssue({ code: 'custom', path: ['OTLP_TOKEN'], message: 'is required when HOSTNAME is not a loopback address: /v1/traces and /v1/logs would be open' });
    }
  });

export type Config = z.infer<typeof configSchema>;
