// Pure: runs in browsers too.
/** A stretch of the request axis. A folded one is an empty gap drawn at a fixed, small width. */
export interface Segment {
  readonly from: number;
  readonly to: number;
  readonly folded: boolean;
}

/** Maps offsets (ns) to a share of the width (0 to 1) and back. */
export interface Axis {
  readonly segments: readonly (Segment & { readonly x0: number; readonly x1: number })[];
  readonly from: number;
  readonly to: number;
  x(offset: number): number;
  offset(x: number): number;
}

/** Empty gaps longer than this share of the whole are folded. */
const FOLD_SHARE = 0.2;

/**
 * Cuts the axis where nothing happens for long. `busy` are the intervals in which something does.
 * Pure.
 */
export function foldGaps(
  busy: readonly (readonly [number, number])[],
  from: number,
  to: number,
): Segment[] {
  const sorted = [...busy].sort((a, b) => a[0] - b[0]);
  const segments: Segment[] = [];
  let start = from;
  let reached = from;
  for (const [begin, end] of [...sorted, [to, to] as const]) {
    if (begin - reached > FOLD_SHARE * (to - from) && begin <= to) {
      if (reached > start) segments.push({ from: start, to: reached, folded: false });
      segments.push({ from: reached, to: begin, folded: true });
      start = begin;
    }
    reached = Math.max(reached, Math.min(end, to));
  }
  if (to > start || segments.length === 0) segments.push({ from: start, to, folded: false });
  return segments;
}

/**
 * Lays segments side by side over the window `[from, to]`; each folded one takes `foldShare` of the
 * width.
 */
export function axisOver(
  segments: readonly Segment[],
  from: number,
  to: number,
  foldShare: number,
): Axis {
  const shown = segments.flatMap((segment) => {
    const begin = Math.max(segment.from, from);
    const end = Math.min(segment.to, to);
    return end > begin || (segments.length === 1 && end >= begin)
      ? [
          {
            from: begin,
            to: Math.max(end, begin + 1),
            folded: segment.folded && begin === segment.from && end === segment.to,
          },
        ]
      : [];
  });
  const folds = shown.filter((segment) => segment.folded).length;
  const fold = folds ? Math.min(foldShare, 0.5 / folds) : 0;
  const open = shown.reduce(
    (sum, segment) => sum + (segment.folded ? 0 : segment.to - segment.from),
    0,
  );
  let x = 0;
  const laid = shown.map((segment) => {
    const x0 = x;
    x += segment.folded ? fold : ((segment.to - segment.from) / open) * (1 - fold * folds);
    return { ...segment, x0, x1: x };
  });
  const at = <Key extends 'from' | 'x0'>(key: Key, value: number) =>
    laid.findLast((segment) => segment[key] <= value) ?? laid[0]!;
  return {
    segments: laid,
    from: shown[0]?.from ?? from,
    to: shown.at(-1)?.to ?? to,
    x(offset) {
      const segment = at('from', offset);
      return (
        segment.x0 +
        ((offset - segment.from) / (segment.to - segment.from)) * (segment.x1 - segment.x0)
      );
    },
    offset(share) {
      const segment = at('x0', share);
      return (
        segment.from +
        ((share - segment.x0) / (segment.x1 - segment.x0)) * (segment.to - segment.from)
      );
    },
  };
}

/** Round offsets to write on a ruler: at most `count` of them, none inside a fold. */
export function ticks(axis: Axis, count: number): number[] {
  const open = axis.segments.filter((segment) => !segment.folded);
  const span = open.reduce((sum, segment) => sum + segment.to - segment.from, 0);
  const rough = span / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(Math.max(1, rough)));
  const step =
    [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough) ??
    10 * power;
  return open.flatMap((segment) => {
    const found: number[] = [];
    // After a fold the round numbers are those from where the axis goes on.
    const origin =
      segment.from > axis.from && axis.segments[axis.segments.indexOf(segment) - 1]?.folded
        ? segment.from + step
        : Math.ceil(segment.from / step) * step;
    for (let tick = origin; tick <= segment.to && found.length < 50; tick += step) found.push(tick);
    return found;
  });
}

/** The context axis (metrics, alerts) reaches this far around the request. */
export const CONTEXT_MS = 15 * 60_000;
