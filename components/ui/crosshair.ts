import { useSyncExternalStore } from 'react';

/**
 * One instant, everywhere: its place on the axis that is shared (nanoseconds from the start of a
 * request; milliseconds since 1970 on a dashboard), or null. Only what draws it re-renders.
 */
export class Crosshair {
  private offset: number | null = null;
  private pinned = false;
  private readonly listeners = new Set<() => void>();

  readonly get = (): number | null => this.offset;
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Follows the pointer, unless pinned. */
  hover(offset: number | null): void {
    if (!this.pinned && offset !== this.offset) this.set(offset);
  }

  /** Stays where it is until pinned elsewhere; pinning the same instant lets go. */
  pin(offset: number | null): void {
    this.pinned = offset !== null;
    this.set(offset);
  }

  private set(offset: number | null): void {
    this.offset = offset;
    for (const listener of this.listeners) listener();
  }
}

export const useCrosshair = (crosshair: Crosshair): number | null =>
  useSyncExternalStore(crosshair.subscribe, crosshair.get, () => null);
