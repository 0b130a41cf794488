import type { LogLine } from '@/lib/telemetry/model';
import { toRfc3339 } from '@/lib/time/units';

/** A line outside of an assembled request: as it was written, on its own clock. */
export interface PlainLine {
  readonly id: string;
  readonly time: string;
  readonly level: LogLine['level'];
  readonly service: string;
  readonly body: string;
  readonly correlationId: string | null;
  readonly traceId: string | null;
  readonly spanId: string | null;
}

export const plainLine = (line: LogLine): PlainLine => ({
  id: line.id,
  time: toRfc3339(line.timeNs),
  level: line.level,
  service: line.service,
  body: line.body,
  correlationId: line.correlationId ?? null,
  traceId: line.traceId ?? null,
  spanId: line.spanId ?? null,
});
