'use client';

import { createContext, use, useMemo, type ReactNode } from 'react';
import type { Crosshair } from '@/components/ui/crosshair';
import type { RequestPage } from '@/lib/pages/contract';
import type { RequestView } from '@/lib/requests/contract';

/** What every part of the page may need to know of the request that is shown. */
export interface ShownRequest {
  readonly view: RequestPage;
  /** All services, in the order of their stripes. */
  readonly services: readonly string[];
  /** Milliseconds since 1970. */
  readonly startMs: number;
  readonly endMs: number;
  /** Nanoseconds; never zero. */
  readonly durationNs: number;
  readonly crosshair: Crosshair;
  readonly phone: boolean;
}

const RequestContext = createContext<ShownRequest | null>(null);

/** @throws Error outside of a request page */
export function useShownRequest(): ShownRequest {
  const request = use(RequestContext);
  if (!request) throw new Error('There is no request page around this component.');
  return request;
}

interface Props {
  readonly view: RequestPage;
  readonly services: readonly string[];
  readonly crosshair: Crosshair;
  readonly phone: boolean;
  readonly children: ReactNode;
}

export function RequestProvider({ view, services, crosshair, phone, children }: Props) {
  const request = useMemo(
    () => ({ view, services, crosshair, phone, ...timesOf(view) }),
    [view, services, crosshair, phone],
  );
  return <RequestContext value={request}>{children}</RequestContext>;
}

/** A request of a single log line has a start and no duration. */
export function timesOf({
  window,
}: RequestView): Pick<ShownRequest, 'startMs' | 'endMs' | 'durationNs'> {
  const startMs = window ? Date.parse(window.start) : 0;
  const durationNs = Math.max(1, window?.durationNs ?? 0);
  return { startMs, endMs: startMs + durationNs / 1e6, durationNs };
}
