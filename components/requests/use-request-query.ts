'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { FirstAnswer, RequestPage } from '@/lib/pages/contract';
import { requestQuery } from './queries';
import { tracesNotSearchableYet } from './summary/ledger-text';
import { useRequestSearch } from './use-request-search';

const KEEP_SEARCHING_MS = 5_000;
const NOT_SEARCHABLE_MS = 10_000;

export interface RequestQueryState {
  readonly view: RequestPage | undefined;
  readonly error: Error | null;
  readonly retry: () => void;
  /** More of the request is there than is shown. */
  readonly refresh: () => void;
  /** Nothing was found, and a person wants it searched again and again. */
  readonly keepSearching: boolean;
  readonly setKeepSearching: (on: boolean) => void;
}

/**
 * The request that the URL asks for, as it arrives; asked again while it is known to be unfinished.
 */
export function useRequestQuery(id: string, firstAnswer?: FirstAnswer): RequestQueryState {
  const client = useQueryClient();
  const [{ from, to, evidence }] = useRequestSearch();
  const [keepSearching, setKeepSearching] = useState(false);
  const query = useQuery({
    ...requestQuery(client, { id, from, to, evidence }, firstAnswer),
    refetchInterval: ({ state }) => refetchAfterMs(state.data, keepSearching),
  });
  const refresh = useSerialRefetch(query);
  return {
    view: query.data,
    error: query.error,
    retry: () => void query.refetch(),
    refresh: () => void refresh(),
    keepSearching,
    setKeepSearching,
  };
}

function refetchAfterMs(view: RequestPage | undefined, keepSearching: boolean): number | false {
  if (keepSearching && !view?.window) return KEEP_SEARCHING_MS;
  if (view && tracesNotSearchableYet(view)) return NOT_SEARCHABLE_MS;
  return false;
}

interface Refetchable {
  readonly isFetching: boolean;
  readonly refetch: (options: { cancelRefetch: boolean }) => Promise<unknown>;
}

/**
 * Asks again, one at a time: what comes meanwhile is asked for once more at the end, never in the
 * middle.
 */
function useSerialRefetch({ isFetching, refetch }: Refetchable): () => Promise<void> {
  const requested = useRef(0);
  const running = useRef(false);
  return async () => {
    requested.current += 1;
    if (running.current) return;
    running.current = true;
    // What is under way may have begun before there was more.
    if (isFetching) await refetch({ cancelRefetch: false });
    let answered: number;
    do {
      answered = requested.current;
      await refetch({ cancelRefetch: false });
    } while (answered !== requested.current);
    running.current = false;
  };
}
