// Pure: runs in browsers too.
import { CONTEXT_MS } from '@/lib/requests/view/axis';

/** What stands on the context axis, as CSS. */
interface BandPosition {
  readonly left: string;
  readonly width: string;
}

/** An episode is never narrower than this share of the axis, a request than so many pixels. */
const MIN_EPISODE_PERCENT = 0.5;
const MIN_REQUEST_WIDTH = '3px';

/**
 * The time around a request, from 15 minutes before it to 15 minutes after. Milliseconds since
 * 1970.
 */
export class ContextAxis {
  private readonly fromMs: number;
  private readonly toMs: number;

  constructor(
    private readonly startMs: number,
    private readonly endMs: number,
  ) {
    this.fromMs = startMs - CONTEXT_MS;
    this.toMs = endMs + CONTEXT_MS;
  }

  /** From 0 to 100; what is outside stands at the edge. */
  private percent(ms: number): number {
    const percent = ((ms - this.fromMs) / (this.toMs - this.fromMs)) * 100;
    return Math.min(100, Math.max(0, percent));
  }

  /** An episode of an alert; one that is still firing reaches to the end. */
  episode(startedAt: string, resolvedAt: string | null): BandPosition {
    const left = this.percent(Date.parse(startedAt));
    const right = this.percent(resolvedAt === null ? this.toMs : Date.parse(resolvedAt));
    return { left: `${left}%`, width: `${Math.max(MIN_EPISODE_PERCENT, right - left)}%` };
  }

  request(): BandPosition {
    const left = this.percent(this.startMs);
    const width = this.percent(this.endMs) - left;
    return { left: `${left}%`, width: `max(${MIN_REQUEST_WIDTH}, ${width}%)` };
  }
}
