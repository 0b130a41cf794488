// Pure: runs in browsers too.
import type { SpanRow } from '@/lib/requests/contract';
import { formatDuration } from '@/lib/time/format';

/** Instead of a duration: a span without an end has none. */
export const NO_END = 'no end received';
/** Of a span that does not say how it ended. */
export const EXCEPTION_RECORDED = 'exception recorded';

/** "46 ms", or that there was no end. */
export const spanDuration = ({
  ended,
  durationNs,
}: Pick<SpanRow, 'ended' | 'durationNs'>): string => (ended ? formatDuration(durationNs) : NO_END);
