import { queryOptions, type QueryClient } from '@tanstack/react-query';
import { fetchResponse, fetchJson, readNdjson, ProblemError } from '@/components/shell/api-client';
import type { RequestPage } from '@/lib/pages/contract';
import type { SpanRow } from '@/lib/requests/contract';
import type { Comparison, Operation, SurroundingLines } from '@/lib/requests/view/contract';
import { decodeColumns } from '@/lib/requests/view/columns';

/** What a person asked to see; absolute times, or none. */
export interface Asked {
  readonly id: string;
  readonly from: string | null;
  readonly to: string | null;
  /** Not what the sources have, but what was frozen. */
  readonly evidence: string | null;
}

const CHUNK = 200;

export const requestKeys = {
  view: (asked: Asked) => ['request', asked.id, asked.from, asked.to, asked.evidence] as const,
  columns: (id: string, revision: string) => ['request-columns', id, revision] as const,
  spans: (id: string, revision: string, chunk: number) =>
    ['request-spans', id, revision, chunk] as const,
};

const urlOf = (id: string, rest: string, query: Record<string, string | null>) => {
  const search = new URLSearchParams(
    Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== null),
  );
  return `/api/requests/${encodeURIComponent(id)}${rest}${search.size ? `?${search}` : ''}`;
};

/** The view as it arrives: each part is laid over what is there, and what was there before stays until it is replaced. */
export const requestQuery = (client: QueryClient, asked: Asked) =>
  queryOptions({
    queryKey: requestKeys.view(asked),
    queryFn: async ({ signal }): Promise<RequestPage> => {
      const response = await fetchResponse(
        urlOf(asked.id, '', { from: asked.from, to: asked.to, evidence: asked.evidence }),
        signal,
        'application/x-ndjson',
      );
      // Asked again, what was found stays on the screen until the new answer is whole.
      const known = client.getQueryData<RequestPage>(requestKeys.view(asked))?.window
        ? true
        : false;
      let view: RequestPage | undefined;
      for await (const part of readNdjson<RequestPage>(response)) {
        view = { ...view, ...part } as RequestPage;
        if (!known) client.setQueryData(requestKeys.view(asked), view);
      }
      if (!view?.complete) throw new ProblemError(0, 'The connection to the portal was lost.');
      return view;
    },
  });

export const columnsQuery = (id: string, revision: string, wanted: boolean) =>
  queryOptions({
    queryKey: requestKeys.columns(id, revision),
    enabled: wanted,
    queryFn: async ({ signal }) =>
      decodeColumns(
        await (
          await fetchResponse(
            urlOf(id, '/columns', { revision }),
            signal,
            'application/octet-stream',
          )
        ).arrayBuffer(),
      ),
  });

export const chunkOf = (position: number): number => Math.floor(position / CHUNK);

/** Full rows of a large request, a chunk at a time, by position in its columns. */
export const spansQuery = (id: string, revision: string, chunk: number, count: number) =>
  queryOptions({
    queryKey: requestKeys.spans(id, revision, chunk),
    queryFn: async ({ signal }) => {
      const ids = Array.from(
        { length: Math.min(CHUNK, count - chunk * CHUNK) },
        (_, index) => chunk * CHUNK + index,
      );
      const body = await fetchJson<{ spans: (SpanRow & { position: number })[] }>(
        urlOf(id, '/spans', { revision, ids: ids.join(',') }),
        signal,
      );
      return new Map(body.spans.map((span) => [span.position, span]));
    },
  });

/** Against a healthy request, or against the one that was named. */
export const comparisonQuery = (id: string, revision: string, other: string | null) =>
  queryOptions({
    queryKey: ['request-comparison', id, revision, other],
    retry: false,
    queryFn: ({ signal }) =>
      fetchJson<Comparison>(urlOf(id, '/compare', { with: other, revision }), signal),
  });

/** Its operations: how often each was done, how long it took, how much of that by itself. */
export const operationsQuery = (id: string, revision: string) =>
  queryOptions({
    queryKey: ['request-operations', id, revision],
    queryFn: async ({ signal }) =>
      (
        await fetchJson<{ operations: readonly Operation[] }>(
          urlOf(id, '/operations', { revision }),
          signal,
        )
      ).operations,
  });

/** What stood around a line in its own stream. */
export const aroundQuery = (id: string, revision: string, line: string) =>
  queryOptions({
    queryKey: ['request-lines-around', id, revision, line],
    retry: false,
    queryFn: ({ signal }) =>
      fetchJson<SurroundingLines>(urlOf(id, '/logs/around', { revision, line }), signal),
  });

/** Where new lines of a request are told as they come. */
export const tailUrl = (id: string, since: string): string => urlOf(id, '/tail', { since });
