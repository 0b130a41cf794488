import { z } from 'zod';
import { epochMs, fromRfc3339, nsToMs, type EpochMs } from '@/lib/time/units';

const MAX_LABELS = 200;
const MAX_LABEL = 4_096;
const MAX_ANNOTATION = 65_536;

/** Text as Postgres can hold it: no NUL, no half of a surrogate pair, not longer than `most`. */
export const storable = (text: string, most = MAX_ANNOTATION): string => text.slice(0, most).replaceAll('\u0000', '\ufffd').toWellFormed();

const pairs = (most: number) =>
  z.record(z.string(), z.string()).transform((given): Record<string, string> =>
    Object.fromEntries(Object.entries(given).slice(0, MAX_LABELS).map(([name, value]) => [storable(name, 256), storable(value, most)])),
  );
export const labelPairs = pairs(MAX_LABEL);
export const annotationPairs = pairs(MAX_ANNOTATION);

/** RFC 3339 as a moment; Go's zero time is none. */
export const moment = z.string().transform((text, check): EpochMs | null => {
  if (text.startsWith('0001-01-01')) return null;
  const ns = fromRfc3339(text);
  // Whole milliseconds: what the same server says of the same moment elsewhere has no more.
  if (ns !== undefined) return epochMs(Math.floor(nsToMs(ns)));
  check.addIssue({ code: 'custom', message: 'is no RFC 3339 time' });
  return z.NEVER;
});

/** The first fault of something that is not what it should be, in words. */
export function faultOf(error: z.ZodError): string {
  const [issue] = error.issues;
  return `${issue?.path.length ? `${issue.path.join('.')}: ` : ''}${issue?.message ?? 'not valid'}`.slice(0, 300);
}

/** An item for the quarantine page: all of it that is reasonable to keep. */
export const itemText = (item: unknown): string => storable(JSON.stringify(item) ?? 'nothing', 16_384);
