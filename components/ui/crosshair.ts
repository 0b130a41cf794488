import { useSyncExternalStore } from 'react';

/**
 * One instant, everywhere: its place on the axis that is shared (nanoseconds from the start of a
 * request; milliseconds since 1970 on a dashboard), or null. Only what draws it re-renders.
 */
export class Crosshair {
  private offset: number | null = null;
  private pinned = false;
  private readonly listeners = new Set<() => void>();
  private pinListener: ((offset: number | null) => void) | undefined;

  readonly get = (): number | null => this.offset;
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Follows the pointer, unless pinned. */
  hover(offset: number | null): void {
    if (!this.pinned && offset !== this.offset) this.set(offset);
  }

  /** Stays where it is until pinned elsewhere; null lets go. */
  pin(offset: number | null): void {
    this.show(offset);
    this.pinListener?.(offset);
  }

  /** Tells one listener where a person pins it, or null where it is let go. */
  onPin(listener: (offset: number | null) => void): () => void {
    this.pinListener = listener;
    return () => {
      this.pinListener = undefined;
    };
  }

  /** Shows where it was pinned before, by whoever sent the link. */
  show(offset: number | null): void {
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
