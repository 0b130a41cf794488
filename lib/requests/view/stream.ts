import { ndjsonResponse } from '@/lib/http/ndjson';
import type { AssembledRequest } from '../discovery/request-collector';
import type { RequestView } from '../contract';

/**
 * The view as NDJSON: each line carries the fields that changed since the line before, whole; the
 * reader lays them over what it has. The last line has `complete: true`. When the reader leaves,
 * the search stops.
 */
export function streamView(
  load: (emit: (gathered: AssembledRequest) => void, signal: AbortSignal) => Promise<unknown>,
  left: AbortSignal,
): Response {
  const sent = new Map<string, string>();
  return ndjsonResponse((write, signal) => {
    const emit = ({ view }: AssembledRequest) => {
      if (signal.aborted) return;
      const fields = (Object.keys(view) as (keyof RequestView)[]).flatMap((key) => {
        const text = JSON.stringify(view[key]);
        if (sent.get(key) === text) return [];
        sent.set(key, text);
        return [`${JSON.stringify(key)}:${text}`];
      });
      if (fields.length) write(`{${fields.join(',')}}`);
    };
    return load(emit, signal);
  }, left);
}
