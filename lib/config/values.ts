import { z } from 'zod';

/** Where something is reached over HTTP; credentials have settings of their own. */
export const httpUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
  .refine((text) => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    return !url || (!url.username && !url.password && !url.hash);
  }, 'must have no credentials and no fragment')
  .transform((text) => text.replace(/\/+$/, ''));

/** A setting that is JSON in a variable or a file. */
export const jsonText = <Value extends z.ZodType>(schema: Value) =>
  z
    .string()
    .transform((text, check): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        // Reported as a fault of the setting.
        check.addIssue({ code: 'custom', message: 'is not JSON' });
        return z.NEVER;
      }
    })
    .pipe(schema);
