import { epochMs } from '@/lib/time/units';
import type { Observation } from '../sources/observation';
import { EMPTY_TIMELINE } from './firing-timeline';
import { applyObservation, type Series, type SeriesEvent } from './series';

export const NEW: Series = { timeline: EMPTY_TIMELINE, latest: null, repeats: 0, episodes: [] };
export const firing = (startMs: number, annotations = {}): Observation => ({
  fingerprint: 'f',
  firing: true,
  startMs: epochMs(startMs),
  endMs: null,
  labels: {},
  annotations,
  generatorUrl: null,
});
export const resolved = (startMs: number, endMs: number): Observation => ({
  ...firing(startMs),
  firing: false,
  endMs: epochMs(endMs),
});

export function play(
  seen: readonly Observation[],
  from = NEW,
): { series: Series; events: SeriesEvent[]; kinds: string[] } {
  let series = from;
  const events: SeriesEvent[] = [];
  seen.forEach((each, index) => {
    const step = applyObservation(series, each, epochMs(1_000_000 + index), 'am-0');
    series = step.series;
    events.push(...step.events);
  });
  return { series, events, kinds: events.map(({ kind }) => kind) };
}
export const shape = (series: Series) =>
  series.episodes
    .filter((each) => each.resolvedBy !== 'merged')
    .map(({ startMs, endMs }) => [startMs, endMs]);
