import type { LogLine } from '@/lib/telemetry/model';
import { toRfc3339 } from '@/lib/time/units';
import type { PlainLine } from './contract';

export const plainLine = (line: LogLine): PlainLine => ({
  id: line.id,
  time: toRfc3339(line.implausible?.timeNs ?? line.timeNs),
  level: line.level,
  severityText: line.severityText,
  service: line.service,
  body: line.body,
  correlationId: line.correlationId ?? null,
  traceId: line.traceId ?? null,
  spanId: line.spanId ?? null,
});
