'use client';

import { useEffect, useMemo, useState } from 'react';
import { Crosshair } from '@/components/ui/crosshair';
import type { RequestPage } from '@/lib/pages/contract';
import type { SpanRow } from '@/lib/requests/contract';
import { axisOver, type Axis } from '@/lib/requests/view/axis';
import { epochNs, fromRfc3339 } from '@/lib/time/units';
import { withClock } from './clock';
import { timesOf } from './request-context';
import { NO_SPAN, type PageTab } from './search-params';
import { axisSegments, FOLD_SHARE } from './time-axis';
import { CONTINUOUS, useRequestSearch } from './use-request-search';
import { usePhone } from './use-phone';
import { useSpanTable } from './use-span-table';
import { waterfallRows } from './waterfall/rows';
import { NO_POSITION } from './waterfall/span-table';
import { logsBySpan, type WaterfallModel } from './waterfall/waterfall-model';
import { viewportOf, zoomAround, zoomOf, type Viewport } from './zoom';

export interface RequestPageState {
  /** On the clock that was chosen. */
  readonly view: RequestPage;
  readonly model: WaterfallModel;
  /** Over the whole request; the one of the model is over the viewport. */
  readonly wholeAxis: Axis;
  readonly viewport: Viewport;
  readonly setViewport: (viewport: Viewport) => void;
  /** `null` is the whole request. */
  readonly zoom: (factor: number | null) => void;
  readonly crosshair: Crosshair;
  readonly phone: boolean;
  readonly tab: PageTab;
  readonly culprit: SpanRow | undefined;
  /** Position of the span whose details are open, and the span where it is loaded. */
  readonly selected: number;
  readonly selectedSpan: SpanRow | undefined;
  readonly toggle: (key: string, open: boolean) => void;
  readonly showPositions: (positions: readonly number[]) => void;
}

/** Everything the page shows of a request: what was found, and what the URL says is seen of it. */
export function useRequestPageState(adjusted: RequestPage): RequestPageState {
  const [search, setSearch] = useRequestSearch();
  const phone = usePhone();
  const view = useMemo(() => withClock(adjusted, search.clock), [adjusted, search.clock]);
  const { table, showPositions } = useSpanTable(view, search.clock);
  const { collapsed, toggle } = useCollapsed();

  const { durationNs } = timesOf(view);
  const originNs = fromRfc3339(view.window?.start ?? '') ?? 0n;
  const crosshair = usePinnedCrosshair(originNs, durationNs);
  const [from, to] = viewportOf(search.zoom, originNs, durationNs);
  const viewport: Viewport = [from, to];
  const segments = useMemo(
    () => axisSegments(view, durationNs, search.gaps),
    [view, durationNs, search.gaps],
  );
  const wholeAxis = useMemo(
    () => axisOver(segments, 0, durationNs, FOLD_SHARE),
    [segments, durationNs],
  );
  const axis = useMemo(() => axisOver(segments, from, to, FOLD_SHARE), [segments, from, to]);

  const culpritId = view.verdict.culprit;
  const positionOf = (id: string | null) => (id === null ? NO_POSITION : table.positionOf(id));
  const culpritPosition = positionOf(culpritId);
  const culprit = view.spans.find((span) => span.id === culpritId);
  const selectedId = selectedSpanId(search.span, phone ? null : culpritId);
  const selected = positionOf(selectedId);
  const loadedSpan = selected === NO_POSITION ? undefined : table.span(selected);
  const selectedSpan = loadedSpan ?? (selectedId === culpritId ? culprit : undefined);

  const rows = useMemo(() => waterfallRows(view, table, collapsed), [view, table, collapsed]);
  const bySpan = useMemo(() => logsBySpan(view.logs), [view.logs]);
  const model = useMemo(
    (): WaterfallModel => ({
      table,
      rows,
      axis,
      services: table.services,
      laneCount: view.lanes.length,
      culprit: culpritPosition,
      collapsed,
      logsBySpan: bySpan,
      clock: search.clock,
    }),
    [table, rows, axis, view.lanes.length, culpritPosition, collapsed, bySpan, search.clock],
  );

  const setViewport = (next: Viewport) =>
    void setSearch({ zoom: zoomOf(next, originNs, durationNs) }, CONTINUOUS);
  const zoom = (factor: number | null) => {
    if (factor === null) return setViewport([0, durationNs]);
    const middle =
      selected === NO_POSITION
        ? (from + to) / 2
        : table.startNs(selected) + table.durationNs(selected) / 2;
    setViewport(zoomAround(viewport, crosshair.get() ?? middle, factor, durationNs));
  };
  return {
    view,
    model,
    wholeAxis,
    viewport,
    setViewport,
    zoom,
    crosshair,
    phone,
    tab: search.tab ?? (phone ? 'timeline' : 'logs'),
    culprit,
    selected,
    selectedSpan,
    toggle,
    showPositions,
  };
}

/** Which span's details are open; those of `initial` until a person chooses. */
function selectedSpanId(chosen: string | null, initial: string | null): string | null {
  if (chosen === NO_SPAN) return null;
  return chosen ?? initial;
}

/** A longer URL may be refused on its way: the first that were collapsed open again. */
const MAX_COLLAPSED = 100;

function useCollapsed(): Pick<RequestPageState, 'toggle'> & Pick<WaterfallModel, 'collapsed'> {
  const [search, setSearch] = useRequestSearch();
  const collapsed = useMemo(() => new Set(search.collapsed), [search.collapsed]);
  const toggle = (key: string, open: boolean) =>
    void setSearch((before) => {
      const others = before.collapsed.filter((each) => each !== key);
      return { collapsed: open ? others : [...others, key].slice(-MAX_COLLAPSED) };
    });
  return { collapsed, toggle };
}

/** The crosshair, pinned where the URL says; where a person pins it is written to the URL. */
function usePinnedCrosshair(originNs: bigint, durationNs: number): Crosshair {
  const [{ at }, setSearch] = useRequestSearch();
  const [crosshair] = useState(() => new Crosshair());
  useEffect(
    () =>
      crosshair.onPin((offset) => {
        const instant = offset === null ? null : epochNs(originNs + BigInt(Math.round(offset)));
        void setSearch({ at: instant });
      }),
    [crosshair, originNs, setSearch],
  );
  useEffect(() => {
    const offset = at === null ? null : Number(at - originNs);
    const isInside = offset !== null && offset >= 0 && offset <= durationNs;
    crosshair.show(isInside ? offset : null);
  }, [at, originNs, durationNs, crosshair]);
  return crosshair;
}
