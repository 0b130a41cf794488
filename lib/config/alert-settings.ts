import { z } from 'zod';
import { severityKey } from './severity-ranks';
import { httpUrl } from './values';

const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'must be lower case letters, digits and dashes');
const secret = z.string().min(16, 'must have at least 16 characters').max(512);
/** Two, so that one can be changed at the sender while the other still works. */
const secrets = z.array(secret).max(2, 'takes two at most').default([]);
const basic = z
  .array(
    z.object({
      user: z
        .string()
        .min(1)
        .regex(/^[^:]*$/, 'must have no colon'),
      password: secret,
    }),
  )
  .max(2, 'takes two at most')
  .default([]);

/**
 * Mounted secrets instead of tokens in the text, one token a file, each read again when it changes.
 */
const tokenFiles = z.array(z.string().min(1)).max(2, 'takes two at most').default([]);

const bearerOrBasic = { name, tokens: secrets, tokenFiles, basic };

const source = z.discriminatedUnion('kind', [
  z.strictObject({
    ...bearerOrBasic,
    kind: z.literal('alertmanager'),
    /**
     * The same cluster's members: their own list of alerts is what the portal's is held against.
     */
    peers: z.array(httpUrl).max(8).default([]),
    peerBearerTokenFile: z.string().optional(),
    /** What always fires, to show that the way is open. */
    watchdog: z.string().default('Watchdog'),
    /** So long without it, and the portal says that alerts may be missing. */
    watchdogSeconds: z.number().int().min(15).max(86_400).default(300),
  }),
  z.strictObject({
    ...bearerOrBasic,
    kind: z.literal('grafana'),
    hmacSecrets: secrets,
    hmacTimestampHeader: z
      .string()
      .regex(/^[A-Za-z0-9-]+$/)
      .optional(),
  }),
  z.strictObject({ ...bearerOrBasic, kind: z.literal('google-cloud-monitoring') }),
  z.strictObject({
    name,
    kind: z.literal('amazon-sns'),
    topics: z
      .array(
        z
          .string()
          .regex(
            /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_.-]+$/,
            'must be the ARN of an SNS topic',
          ),
      )
      .min(1)
      .max(20),
    confirm: z.boolean().default(false),
  }),
]);
export type AlertSender = z.infer<typeof source>;
export type AlertSenderKind = AlertSender['kind'];

export const alertSources = z
  .array(source)
  .max(20)
  .superRefine((sources, check) => {
    sources.forEach((each, index) => {
      if (sources.findIndex((other) => other.name === each.name) !== index)
        check.addIssue({ code: 'custom', path: [index, 'name'], message: 'is used twice' });
      if (each.kind === 'amazon-sns') return;
      if (
        each.tokens.length +
          each.tokenFiles.length +
          each.basic.length +
          ('hmacSecrets' in each ? each.hmacSecrets.length : 0) ===
        0
      )
        check.addIssue({
          code: 'custom',
          path: [index],
          message: `${each.name} has no credential`,
        });
    });
  });

const channel = z.discriminatedUnion('kind', [
  z.strictObject({ name, kind: z.literal('slack'), url: httpUrl }),
  z.strictObject({
    name,
    kind: z.literal('webhook'),
    url: httpUrl,
    bearerTokenFile: z.string().optional(),
  }),
  z.strictObject({
    name,
    kind: z.literal('email'),
    to: z.array(z.email()).min(1).max(20),
    from: z.email(),
  }),
]);
export type AlertChannel = z.infer<typeof channel>;
export const alertChannels = z.array(channel).max(20);

/** `critical=5,p2=10,warning=30`: a severity, as a word or rank, and minutes. By `severityKey`. */
export const escalation = z.string().transform((text, check): Record<string, number> => {
  const minutes: Record<string, number> = {};
  for (const part of text.split(',').filter((each) => each.trim() !== '')) {
    const match = /^\s*([A-Za-z][A-Za-z0-9 _.:-]*?)\s*=\s*(\d{1,4})\s*$/.exec(part);
    if (match) minutes[severityKey(match[1]!)] = Number(match[2]);
    else
      check.addIssue({
        code: 'custom',
        message: 'must be severity=minutes pairs, separated by commas',
      });
  }
  return minutes;
});
