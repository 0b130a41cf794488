'use client';

import { useEffect, useRef, useState } from 'react';

/** What a card and its axis take of its width. */
const BESIDE_PLOT_PX = 58 + 10 + 24;
/** In steps of so many, so that a window that grows a little loads nothing anew. */
const POINTS_STEP = 50;
const MAX_POINTS = 2000;

/** How many instants a chart can show: one a pixel at most. 0 until its width is known. */
export function useChartPoints() {
  const gridRef = useRef<HTMLDivElement>(null);
  const [points, setPoints] = useState(0);
  useEffect(() => {
    const measure = () => {
      const width = gridRef.current?.firstElementChild?.clientWidth ?? 0;
      if (width === 0) return;
      const fitting = Math.floor((width - BESIDE_PLOT_PX) / POINTS_STEP) * POINTS_STEP;
      setPoints(Math.min(MAX_POINTS, Math.max(POINTS_STEP, fitting)));
    };
    const observer = new ResizeObserver(measure);
    if (gridRef.current) observer.observe(gridRef.current);
    return () => observer.disconnect();
  }, []);
  return { gridRef, points };
}
