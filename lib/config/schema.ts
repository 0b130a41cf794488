import { existsSync } from 'node:fs';
import { z } from 'zod';
import { alertChannels, alertSources, escalation } from './alert-settings';
import { severityWords } from './severity-ranks';
import { httpUrl, jsonText } from './values';

const secret = z.string().min(16, 'must have at least 16 characters');
const positive = z.coerce.number().int().positive();
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '::1']);

/** `name=value,name=value`, as OTEL_EXPORTER_OTLP_HEADERS has it: values percent-encoded. */
const headerList = z.string().transform((text, check): Record<string, string> => {
  const headers: Record<string, string> = {};
  for (const pair of text.split(',').filter((part) => part.trim() !== '')) {
    const [name, value] = [
      pair.slice(0, Math.max(0, pair.indexOf('='))).trim(),
      pair.slice(pair.indexOf('=') + 1).trim(),
    ];
    if (!/^[A-Za-z0-9-]+$/.test(name) || !canDecode(value))
      check.addIssue({
        code: 'custom',
        message: 'must be name=value pairs, separated by commas, values percent-encoded',
      });
    else headers[name.toLowerCase()] = decodeURIComponent(value);
  }
  return headers;
});

function canDecode(value: string): boolean {
  try {
    return /^[\x20-\x7e]*$/.test(decodeURIComponent(value));
  } catch {
    // Not percent-encoded: reported as a fault of the setting.
    return false;
  }
}

/** What can be said of every backend, behind its prefix: `TEMPO_URL`, `TEMPO_BEARER_TOKEN`, … */
const backendFields = {
  URL: httpUrl.optional(),
  /** Read again when the file changes, for tokens that rotate. */
  BEARER_TOKEN_FILE: z.string().optional(),
  BEARER_TOKEN: z.string().optional(),
  BASIC_USER: z
    .string()
    .regex(/^[^:]*$/, 'must have no colon')
    .optional(),
  BASIC_PASSWORD: z.string().optional(),
  /** PEM files: what the backend is checked against, and what the portal shows of itself. */
  TLS_CA_FILE: z.string().optional(),
  TLS_CERT_FILE: z.string().optional(),
  TLS_KEY_FILE: z.string().optional(),
  /** Sent with every call, for example the tenant. */
  HEADERS: headerList.default({}),
  /** Calls at once; more wait. */
  CONCURRENCY: positive.max(256).default(16),
};
type BackendFields = typeof backendFields;
type Prefixed<Prefix extends string> = {
  [Key in keyof BackendFields as `${Prefix}_${Key & string}`]: BackendFields[Key];
};
const backend = <Prefix extends string>(prefix: Prefix) =>
  Object.fromEntries(
    Object.entries(backendFields).map(([key, schema]) => [`${prefix}_${key}`, schema]),
  ) as unknown as Prefixed<Prefix>;

/** The backends that are asked over HTTP. */
export const BACKENDS = ['TEMPO', 'LOKI', 'PROMETHEUS'] as const;
export type BackendPrefix = (typeof BACKENDS)[number];

/** Attribute names as OpenTelemetry has them; dots stay dots. */
const attributeNames = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
  )
  .pipe(
    z
      .array(
        z
          .string()
          .regex(/^[A-Za-z][A-Za-z0-9_.-]{0,63}$/, 'must be attribute names, separated by commas'),
      )
      .max(8, 'must be 8 names at most'),
  );

/** Everything the portal reads from its environment; README has the same table. */
export const configSchema = z
  .object({
    DATABASE_URL: z
      .string({ error: 'is required: a postgresql:// URL' })
      .regex(/^postgres(ql)?:\/\//, 'must be a postgresql:// URL'),
    PUBLIC_URL: httpUrl.default('http://127.0.0.1:3000'),
    // What the standalone server binds to when it is told nothing.
    HOSTNAME: z.string().default('0.0.0.0'),
    PORT: z.coerce.number().int().min(1).max(65_535).default(3000),
    ROLE: z.enum(['all', 'web', 'intake', 'worker']).default('all'),
    LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
    TRACES_SOURCE: z.enum(['embedded', 'tempo']).default('embedded'),
    LOGS_SOURCE: z.enum(['embedded', 'loki']).default('embedded'),
    METRICS_SOURCE: z.enum(['prometheus', 'none']).default('none'),
    ...backend('TEMPO'),
    ...backend('LOKI'),
    ...backend('PROMETHEUS'),
    // How often metrics are scraped: charts are drawn no finer, and rates taken over four of them.
    SCRAPE_SECONDS: positive.max(600).default(30),
    // Where Grafana is, if there is one: each panel links to its twin there.
    GRAFANA_URL: httpUrl.optional(),
    // Beside correlation_id: an order number, a job id.
    LOOKUP_ATTRIBUTES: attributeNames.default([]),
    // Which streams of Loki are the portal's to search: a label that every one has.
    LOKI_STREAM_LABEL: z
      .string()
      .regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, 'must be a label name')
      .default('service_name'),
    // Who may send alerts, as JSON; read again when the file changes.
    ALERT_SOURCES: jsonText(alertSources).default([]),
    ALERT_SOURCES_FILE: z.string().optional(),
    // Which label of an alert names its service; the first that an alert has.
    ALERT_SERVICE_LABELS: attributeNames.default([
      'service_name',
      'service.name',
      'service',
      'app',
      'job',
    ]),
    // How bad a word is that alerts have as their severity; over those that are known.
    ALERT_SEVERITIES: severityWords.prefault(''),
    // Where an alert goes that nobody acknowledged, as JSON, and after how long.
    ALERT_CHANNELS: jsonText(alertChannels).default([]),
    SMTP_URL: z
      .url({ protocol: /^smtps?$/, error: 'must be an smtp:// or smtps:// URL' })
      .optional(),
    ESCALATE_AFTER_MINUTES: escalation.default({ critical: 5, warning: 30 }),
    ACKNOWLEDGE_HOURS: positive.max(72).default(4),
    EVIDENCE_DAYS: positive.max(3650).default(90),
    DELIVERY_DAYS: positive.max(365).default(14),
    OTLP_TOKEN: secret.optional(),
    METRICS_TOKEN: secret.optional(),
    RETENTION_HOURS: positive.max(24 * 90).default(72),
    RETENTION_BYTES: positive.default(4 * 1024 ** 3),
    SEARCH_DAYS: positive.max(30).default(7),
    SESSION_HOURS: positive.max(24 * 30).default(12),
  })
  .superRefine((config, check) => {
    const need = (
      when: boolean,
      key: 'TEMPO_URL' | 'LOKI_URL' | 'PROMETHEUS_URL',
      source: string,
    ) => {
      if (when && !config[key])
        check.addIssue({ code: 'custom', path: [key], message: `is required when ${source}` });
    };
    need(config.TRACES_SOURCE === 'tempo', 'TEMPO_URL', 'TRACES_SOURCE=tempo');
    need(config.LOGS_SOURCE === 'loki', 'LOKI_URL', 'LOGS_SOURCE=loki');
    need(config.METRICS_SOURCE === 'prometheus', 'PROMETHEUS_URL', 'METRICS_SOURCE=prometheus');
    for (const prefix of BACKENDS) {
      const one = (key: keyof BackendFields) => config[`${prefix}_${key}`];
      const [bearer, basic] = [
        one('BEARER_TOKEN') ?? one('BEARER_TOKEN_FILE'),
        one('BASIC_USER') ?? one('BASIC_PASSWORD'),
      ];
      if (bearer && basic)
        check.addIssue({
          code: 'custom',
          path: [`${prefix}_BEARER_TOKEN`],
          message: `cannot be used together with ${prefix}_BASIC_USER`,
        });
      if (Boolean(one('BASIC_USER')) !== Boolean(one('BASIC_PASSWORD')))
        check.addIssue({
          code: 'custom',
          path: [`${prefix}_BASIC_USER`],
          message: `and ${prefix}_BASIC_PASSWORD are only of use together`,
        });
      if (Boolean(one('TLS_CERT_FILE')) !== Boolean(one('TLS_KEY_FILE')))
        check.addIssue({
          code: 'custom',
          path: [`${prefix}_TLS_CERT_FILE`],
          message: `and ${prefix}_TLS_KEY_FILE are only of use together`,
        });
      for (const key of [
        'BEARER_TOKEN_FILE',
        'TLS_CA_FILE',
        'TLS_CERT_FILE',
        'TLS_KEY_FILE',
      ] as const) {
        const file = one(key);
        if (typeof file === 'string' && !existsSync(file))
          check.addIssue({
            code: 'custom',
            path: [`${prefix}_${key}`],
            message: 'names a file that is not there',
          });
      }
    }
    if (config.ALERT_CHANNELS.some(({ kind }) => kind === 'email') && !config.SMTP_URL)
      check.addIssue({
        code: 'custom',
        path: ['SMTP_URL'],
        message: 'is required when ALERT_CHANNELS has one of kind email',
      });
    const takesOtlp = config.TRACES_SOURCE === 'embedded' || config.LOGS_SOURCE === 'embedded';
    if (takesOtlp && !LOOPBACK.has(config.HOSTNAME) && !config.OTLP_TOKEN) {
      check.addIssue({
        code: 'custom',
        path: ['OTLP_TOKEN'],
        message:
          'is required when HOSTNAME is not a loopback address: /v1/traces and /v1/logs would be open',
      });
    }
  });

export type Config = z.infer<typeof configSchema>;
