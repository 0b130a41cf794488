import { config } from '@/lib/config/load';
import type { EpochMs } from '@/lib/time/units';
import type { Observation } from '../sources/observation';
import { severityText } from './severity';
import { latestEpisode, type Series, type SeriesChange } from './series';
import type { LockedSeries } from './series-store';

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
    this.seenAt = from.at;
    this.groupKey = from.groupKey ?? this.groupKey;
    const last = latestEpisode(series.episodes);
    if (last && from.observation.startMs >= last.startMs)
      this.observations.set(last.id, from.observation);
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
    name: (labels.alertname ?? 'unnamed').slice(0, 256),
    severity: severityText(labels).toLowerCase(),
    service: service?.slice(0, 200) ?? null,
  };
}
