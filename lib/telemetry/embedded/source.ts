import type { LogSource, TraceSource } from '../model';
import {
  ask,
  clusterEvents,
  findTraces,
  readAround,
  readLogs,
  readTrace,
  recentRoots,
  traceOfSpan,
} from './read';

async function ping(options: { signal?: AbortSignal | undefined }): Promise<string> {
  const rows = await ask<{ version: string }>(
    `SELECT current_setting('server_version') AS version`,
    [],
    options,
  );
  return `Postgres ${rows[0]?.version.split(' ')[0]}`;
}

/** Spans in the portal's own Postgres. */
export const embeddedTraces: TraceSource = {
  name: 'Embedded store',
  indexed: true,
  searchLagMs: 0,
  find: findTraces,
  fetch: readTrace,
  recent: recentRoots,
  traceOfSpan,
  ping,
};

/** Log lines in the portal's own Postgres. */
export const embeddedLogs: LogSource = {
  name: 'Embedded store',
  indexed: true,
  byCorrelationId: (id, window, options) => readLogs('id', [id], window, options),
  byTrace: (traceIds, window, options) => readLogs('trace', traceIds, window, options),
  around: readAround,
  clusterEvents,
  ping,
};
