import { config } from '@/lib/config/load';
import type { EpochMs } from '@/lib/time/units';
import type { Observation } from '../sources/observation';
import { alertName } from './alert-summary';
import { severityText } from './severity';
import { latestEpisode, type Series, type SeriesChange } from './series';
import type { LockedSeries } from './series-store';

const TURNS: ReadonlySet<string> = new Set(['fired', 'resolved', 'reopened']);

/** A series while messages are read into it. */
export class SeriesUpdate {
  series: Series;
  readonly events: SeriesChange['events'][number][] = [];
  seenAt: EpochMs | null = null;
  groupKey: string | null = null;
  /** By episode: the last report of it. */
  readonly observations = new Map<string, Observation>();

  constructor(readonly stored: LockedSeries) {
    this.series = stored.series;
  }

  take(
    step: (series: Series) => SeriesChange,
    from?: { observation: Observation; at: EpochMs; groupKey: string | null },
  ): void {
    const { series, events } = step(this.series);
    this.series = series;
    this.events.push(...events);
    if (!from) return;
    this.noteUnreadParts(from.observation, events);
    this.seenAt = from.at;
    this.groupKey = from.groupKey ?? this.groupKey;
    const last = latestEpisode(series.episodes);
    if (last && from.observation.startMs >= last.startMs)
      this.observations.set(last.id, from.observation);
  }

  /** Said where an episode begins or ends: a report that repeats itself says nothing new. */
  private noteUnreadParts(
    { unreadParts: parts }: Observation,
    events: SeriesChange['events'],
  ): void {
    const turn = events.findLast(({ kind }) => TURNS.has(kind));
    if (!parts || !turn) return;
    const { episodeId } = turn;
    this.events.push({ kind: 'parts_not_read', episodeId, detail: { parts: [...parts] } });
  }
}

/**
 * How a series is listed. Which label names its service is configuration: the first that is there.
 */
export function alertIdentity({ labels }: Pick<Observation, 'labels'>): {
  name: string;
  severity: string;
  service: string | null;
} {
  const service = config()
    .ALERT_SERVICE_LABELS.map((label) => labels[label])
    .find((value) => value !== undefined && value !== '');
  return {
    name: alertName(labels).slice(0, 256),
    severity: severityText(labels).toLowerCase(),
    service: service?.slice(0, 200) ?? null,
  };
}
