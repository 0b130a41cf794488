import { queryOptions, type QueryClient } from '@tanstack/react-query';
import { fetchJson, fetchResponse, ProblemError, readNdjson } from '@/components/shell/api-client';
import type { FirstAnswer, RequestPage } from '@/lib/pages/contract';
import type { LogRow, SpanRow } from '@/lib/requests/contract';
import type { Comparison, Operation, SurroundingLines } from '@/lib/requests/view/contract';
import { decodeColumns } from '@/lib/requests/view/columns';
import { MINUTE_MS } from '@/lib/time/units';

/** What a person wants to see; absolute times, or none. */
export interface RequestSelection {
  readonly id: string;
  readonly from: string | null;
  readonly to: string | null;
  /** Id of kept evidence that is shown in place of what the sources have. */
  readonly evidence: string | null;
}

/** As many log lines as a whole answer has. */
const MAX_LOGS = 5_000;
/** So many whole spans of a large request are asked for at once. */
const CHUNK = 200;

export const requestKeys = {
  view: ({ id, from, to, evidence }: RequestSelection) =>
    ['request', id, from, to, evidence] as const,
  columns: (id: string, revision: string) => ['request-columns', id, revision] as const,
  spans: (id: string, revision: string, chunk: number) =>
    ['request-spans', id, revision, chunk] as const,
  loadedSpans: (id: string, revision: string, chunks: readonly number[]) =>
    ['request-loaded-spans', id, revision, chunks] as const,
  comparison: (id: string, revision: string, other: string | null) =>
    ['request-comparison', id, revision, other] as const,
  operations: (id: string, revision: string) => ['request-operations', id, revision] as const,
  logContext: (id: string, revision: string, line: string) =>
    ['request-log-context', id, revision, line] as const,
};

type Query = Readonly<Record<string, string | null>>;

function requestUrl(id: string, path: string, query: Query): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== null) search.set(key, value);
  }
  return `/api/requests/${encodeURIComponent(id)}${path}${search.size > 0 ? `?${search}` : ''}`;
}

/**
 * The view as it arrives: each part replaces its fields of what is there. What the server knew when
 * it rendered the page is not asked for again, only what was missing from it.
 */
export const requestQuery = (
  client: QueryClient,
  selection: RequestSelection,
  firstAnswer?: FirstAnswer,
) => {
  const queryKey = requestKeys.view(selection);
  const isUnfinished = (view: RequestPage | undefined) =>
    view?.complete === false || (firstAnswer?.view === view && !isFinished(firstAnswer));
  return queryOptions({
    queryKey,
    ...(firstAnswer && { initialData: firstAnswer.view }),
    staleTime: Infinity,
    refetchOnMount: ({ state }) => (isUnfinished(state.data) ? 'always' : true),
    queryFn: async ({ signal }): Promise<RequestPage> => {
      const known = client.getQueryData<RequestPage>(queryKey);
      if (known?.complete && known === firstAnswer?.view && firstAnswer.logsCut) {
        const logs = await allLogs(selection.id, known, signal);
        if (logs) return { ...known, logs };
      }
      const { id, ...query } = selection;
      const url = requestUrl(id, '', query);
      const response = await fetchResponse(url, signal, 'application/x-ndjson');
      let view: RequestPage | undefined;
      for await (const part of readNdjson<RequestPage>(response)) {
        view = { ...view, ...part } as RequestPage;
        if (isShown(view, known)) client.setQueryData(queryKey, view);
      }
      if (!view?.complete) throw new ProblemError(0, 'The connection to the portal was lost.');
      return view;
    },
  });
};

/** Older than this, an answer that came with the page (by Back, say) is asked for again. */
const FIRST_ANSWER_FRESH_MS = 5 * MINUTE_MS;

function isFinished(firstAnswer: FirstAnswer | undefined): boolean {
  if (!firstAnswer) return true;
  const { view, logsCut, loadedAtMs } = firstAnswer;
  return view.complete && !logsCut && Date.now() - loadedAtMs < FIRST_ANSWER_FRESH_MS;
}

/**
 * Whether a part is shown before the answer is whole: a request that was complete stays on the
 * screen until it is complete again, and one that was not never shrinks.
 */
export function isShown(part: RequestPage, known: RequestPage | undefined): boolean {
  if (!known?.window) return true;
  return !known.complete && rowCount(part) >= rowCount(known);
}

const rowCount = ({ spanCount, logCount }: RequestPage): number => spanCount + logCount;

interface LogPage {
  readonly logs: readonly LogRow[];
  readonly cursor: string | null;
}

/**
 * The log lines that the first answer left out, up to as many as a whole answer has; undefined when
 * this revision is not there any more, or not on the replica that is asked.
 */
async function allLogs(
  id: string,
  view: RequestPage,
  signal: AbortSignal,
): Promise<LogRow[] | undefined> {
  const { revision } = view;
  const logs = [...view.logs];
  let cursor = logs.at(-1)?.id ?? null;
  try {
    while (cursor !== null && logs.length < MAX_LOGS) {
      const page: LogPage = await fetchJson(requestUrl(id, '/logs', { revision, cursor }), signal);
      logs.push(...page.logs);
      cursor = page.cursor;
    }
  } catch (error) {
    if (error instanceof ProblemError) return undefined;
    throw error;
  }
  return logs.slice(0, MAX_LOGS);
}

/** The shape of a large request: 25 bytes a span. */
export const columnsQuery = (id: string, revision: string, enabled: boolean) =>
  queryOptions({
    queryKey: requestKeys.columns(id, revision),
    enabled,
    queryFn: async ({ signal }) => {
      const url = requestUrl(id, '/columns', { revision });
      const response = await fetchResponse(url, signal, 'application/octet-stream');
      return decodeColumns(await response.arrayBuffer());
    },
  });

export const chunkOf = (position: number): number => Math.floor(position / CHUNK);

const spansQuery = (id: string, revision: string, chunk: number, spanCount: number) =>
  queryOptions({
    queryKey: requestKeys.spans(id, revision, chunk),
    queryFn: async ({ signal }) => {
      const first = chunk * CHUNK;
      const length = Math.min(CHUNK, spanCount - first);
      const ids = Array.from({ length }, (_, index) => first + index).join(',');
      const { spans } = await fetchJson<{ spans: (SpanRow & { position: number })[] }>(
        requestUrl(id, '/spans', { revision, ids }),
        signal,
      );
      return new Map(spans.map((span) => [span.position, span]));
    },
  });

/** Whole spans of a large request, by position in its columns: those of all chunks. */
export const loadedSpansQuery = (
  client: QueryClient,
  { correlationId, revision, spanCount }: RequestPage,
  chunks: readonly number[],
) =>
  queryOptions({
    queryKey: requestKeys.loadedSpans(correlationId, revision, chunks),
    enabled: chunks.length > 0,
    // What is loaded stays while more is on its way; positions are those of one revision.
    placeholderData: (loaded: ReadonlyMap<number, SpanRow> | undefined, before) =>
      before?.queryKey[2] === revision ? loaded : undefined,
    queryFn: async (): Promise<ReadonlyMap<number, SpanRow>> => {
      const answers = await Promise.allSettled(
        chunks.map((chunk) =>
          client.ensureQueryData(spansQuery(correlationId, revision, chunk, spanCount)),
        ),
      );
      // A chunk that cannot be had keeps its shape; the others are shown whole.
      const loaded = answers.filter((answer) => answer.status === 'fulfilled');
      const [failed] = answers.filter((answer) => answer.status === 'rejected');
      if (loaded.length === 0 && failed) throw failed.reason;
      return new Map(loaded.flatMap(({ value }) => [...value]));
    },
  });

/** Compared with a healthy request, or with the one that is named. */
export const comparisonQuery = (id: string, revision: string, other: string | null) =>
  queryOptions({
    queryKey: requestKeys.comparison(id, revision, other),
    queryFn: ({ signal }) =>
      fetchJson<Comparison>(requestUrl(id, '/compare', { with: other, revision }), signal),
  });

/** Its operations: how often each was done, how long it took, how much of that by itself. */
export const operationsQuery = (id: string, revision: string) =>
  queryOptions({
    queryKey: requestKeys.operations(id, revision),
    queryFn: async ({ signal }) => {
      const url = requestUrl(id, '/operations', { revision });
      const { operations } = await fetchJson<{ operations: readonly Operation[] }>(url, signal);
      return operations;
    },
  });

/** The lines before and after a line in its own stream. */
export const logContextQuery = (id: string, revision: string, line: string) =>
  queryOptions({
    queryKey: requestKeys.logContext(id, revision, line),
    queryFn: ({ signal }) =>
      fetchJson<SurroundingLines>(requestUrl(id, '/logs/around', { revision, line }), signal),
  });

/** Where new lines of a request are sent as they come. */
export const tailUrl = (id: string, since: string): string => requestUrl(id, '/tail', { since });

interface QueryProgress {
  readonly isPending: boolean;
  readonly error: Error | null;
}

/** The state of a panel that shows the answer of one query, and what it says meanwhile. */
export function queryState(
  { isPending, error }: QueryProgress,
  loading: string,
): { state: 'loading' | 'failed' | 'ready'; message: string } {
  if (isPending) return { state: 'loading', message: loading };
  if (error) return { state: 'failed', message: error.message };
  return { state: 'ready', message: '' };
}
