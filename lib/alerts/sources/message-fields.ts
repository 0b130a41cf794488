import { z } from 'zod';
import { epochMs, fromRfc3339, nsToMs, type EpochMs } from '@/lib/time/units';

/**
 * What is outside of it is a clock that is wrong, and would stand before everything else for ever.
 */
const EARLIEST_MS = Date.UTC(2000, 0);
const LATEST_MS = Date.UTC(2100, 0);
const MAX_LABELS = 200;
const MAX_LABEL = 4_096;
const MAX_ANNOTATION = 65_536;

/** Text as Postgres can hold it: no NUL, no half of a surrogate pair, not longer than `most`. */
export const storable = (text: string, most = MAX_ANNOTATION): string =>
  text.slice(0, most).replaceAll('\u0000', '\ufffd').toWellFormed();

const pairs = (most: number) =>
  z.record(z.string(), z.string()).transform((given): Record<string, string> =>
    Object.fromEntries(
      Object.entries(given)
        .slice(0, MAX_LABELS)
        .map(([name, value]) => [storable(name, 256), storable(value, most)]),
    ),
  );
export const labelPairs = pairs(MAX_LABEL);
export const annotationPairs = pairs(MAX_ANNOTATION);

/** RFC 3339 as a moment; Go's zero time is none. */
export const instantMs = z.string().transform((text, check): EpochMs | null => {
  if (text.startsWith('0001-01-01')) return null;
  const ns = fromRfc3339(text);
  // Whole milliseconds: what the same server says of the same moment elsewhere has no more.
  const ms = ns === undefined ? undefined : epochMs(Math.floor(nsToMs(ns)));
  if (ms !== undefined && ms >= EARLIEST_MS && ms < LATEST_MS) return ms;
  check.addIssue({ code: 'custom', message: 'is no RFC 3339 time of this century' });
  return z.NEVER;
});

/** The first fault of something that is not what it should be, in words. */
export function describeFault(error: z.ZodError): string {
  const [issue] = error.issues;
  return `${issue?.path.length ? `${issue.path.join('.')}: ` : ''}${issue?.message ?? 'not valid'}`.slice(
    0,
    300,
  );
}

/** An item for the quarantine page: all of it that is reasonable to keep. */
export function quarantinedText(item: unknown): string {
  try {
    return storable(JSON.stringify(item) ?? 'nothing', 16_384);
  } catch {
    return 'too deeply nested to be written down';
  }
}
