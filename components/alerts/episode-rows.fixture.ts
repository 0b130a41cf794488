import type { EpisodeList, EpisodeRow } from '@/lib/alerts/contract';

/** A row of the alert list, firing since 14:06 and with nobody on it. */
export const episodeRow = (id: string, changes: Partial<EpisodeRow> = {}): EpisodeRow => ({
  id,
  state: 'firing',
  severity: 'critical',
  severityText: 'critical',
  severityRank: 'critical',
  name: `Alert${id}`,
  service: 'checkout',
  source: 'am-1',
  group: null,
  summary: '',
  test: null,
  startedAt: '2026-11-25T14:06:30Z',
  resolvedAt: null,
  unconfirmed: false,
  acknowledgement: null,
  silence: 'possible',
  impact: null,
  ...changes,
});

export const episodeList = (...episodes: EpisodeRow[]): EpisodeList => ({
  at: '2026-11-25T14:10:00Z',
  episodes,
  counts: { firing: episodes.length, unacknowledged: episodes.length, shown: episodes.length },
  heartbeat: { state: 'ok', lastDeliveryAt: null, watchdogAt: null, problems: [], sentences: [] },
  more: false,
});
