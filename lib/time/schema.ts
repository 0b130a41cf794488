import { z } from 'zod';

/** A moment in JSON: RFC 3339 in UTC, with up to nine digits of a second. */
export const instant = z.iso
  .datetime()
  .meta({ id: 'Instant', description: 'RFC 3339 in UTC, to the nanosecond where that is known' });
