'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import type { RequestPage } from '@/lib/pages/contract';
import type { SpanRow } from '@/lib/requests/contract';
import type { Clock } from './clock';
import { chunkOf, columnsQuery, loadedSpansQuery } from './queries';
import { spanTableFromColumns, spanTableFromRows, type SpanTable } from './waterfall/span-table';

/** So many chunks of a large request are held; the oldest go first. */
const MAX_CHUNKS = 40;

const NO_SPANS: ReadonlyMap<number, SpanRow> = new Map();

interface SpanTableState {
  readonly table: SpanTable;
  /** Asks for the whole spans at these positions, where only their shape is here. */
  readonly showPositions: (positions: readonly number[]) => void;
}

/** The spans of a request: all of them, or of a large one its shape and what is on the screen. */
export function useSpanTable(view: RequestPage, clock: Clock): SpanTableState {
  const { correlationId, revision, spanCount, spans, positions } = view;
  const large = spanCount > spans.length;
  const client = useQueryClient();
  const [chunks, setChunks] = useState<readonly number[]>([]);
  const columns = useQuery(columnsQuery(correlationId, revision, large)).data;
  const loaded = useQuery(loadedSpansQuery(client, view, chunks)).data ?? NO_SPANS;
  const table = useMemo(
    () =>
      columns ? spanTableFromColumns(columns, loaded, positions) : spanTableFromRows(spans, clock),
    [columns, loaded, spans, positions, clock],
  );
  const showPositions = useCallback(
    (shown: readonly number[]) => {
      if (large && shown.length > 0) setChunks((held) => withChunks(held, shown.map(chunkOf)));
    },
    [large],
  );
  return { table, showPositions };
}

/** The same array when nothing is missing: a new one would draw everything again. */
function withChunks(held: readonly number[], needed: readonly number[]): readonly number[] {
  if (needed.every((chunk) => held.includes(chunk))) return held;
  return [...new Set([...held, ...needed])].slice(-MAX_CHUNKS);
}
