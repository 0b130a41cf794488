import { spellingsOf } from '@/lib/correlation-id/spellings';
import type { CallOptions, LogSource, TraceSource } from '../model';
import { clusterEvents, linesAround, linesOfTraces, linesWithId } from './log-lines';
import { failedRequests } from './failed-requests';
import { queryRows } from './query';
import { recentRequests } from './recent-requests';
import { findTraces, readTrace, traceOfSpan } from './spans';

async function ping(options: CallOptions): Promise<string> {
  const [row] = await queryRows<{ version: string }>(
    `SELECT current_setting('server_version') AS version`,
    [],
    options,
  );
  return `Postgres ${row?.version.split(' ')[0]}`;
}

/** Spans in the portal's own Postgres. */
export const embeddedTraces: TraceSource = {
  name: 'Embedded store',
  indexed: true,
  searchLagMs: 0,
  find: findTraces,
  fetch: readTrace,
  recent: recentRequests,
  failures: failedRequests,
  traceOfSpan,
  ping,
};

/** Log lines in the portal's own Postgres. */
export const embeddedLogs: LogSource = {
  name: 'Embedded store',
  indexed: true,
  byCorrelationId: (id, window, options) => linesWithId(spellingsOf(id), window, options),
  byTrace: linesOfTraces,
  around: linesAround,
  clusterEvents,
  ping,
};
