import { prisma } from '@/lib/db/client';
import type { Prisma } from '@/lib/db/generated/client';
import { unfinishedJobKeys } from '@/lib/jobs/queue';
import type { Acknowledgement, EpisodeRow, Impact } from '../contract';
import { silenceKey } from '../responses/silence-jobs';
import { TEST_CODES } from '../sources/observation';
import { silenceAbility } from '../sources/source-abilities';
import { alertSummary } from './alert-summary';
import { severityRank, severityText } from './severity';

export const episodeInclude = {
  series: true,
  acknowledgements: { where: { endedAt: null } },
} satisfies Prisma.AlertEpisodeInclude;

/** An episode with its series and the acknowledgement that has not ended, if it has one. */
export type LoadedEpisode = Prisma.AlertEpisodeGetPayload<{ include: typeof episodeInclude }>;
type LoadedAcknowledgement = LoadedEpisode['acknowledgements'][number];

/** Labels and annotations are stored as JSON objects of strings. */
export const stringRecord = (value: Prisma.JsonValue): Record<string, string> =>
  value as Record<string, string>;

/** Impact that was measured by an earlier version counts failures, and has no more figures. */
function storedImpact(value: Prisma.JsonValue): Impact | null {
  const earlier = {
    subject: { kind: 'failures', thresholdMs: null, quantile: null },
    latency: null,
    calls: null,
    leading: null,
  };
  return value === null ? null : ({ ...earlier, ...(value as object) } as Impact);
}

/** An episode as the list shows it. @param silences acknowledgements whose silence is on its way */
export function episodeRow(episode: LoadedEpisode, silences: ReadonlySet<string>): EpisodeRow {
  const { series } = episode;
  const [acknowledged] = episode.acknowledgements;
  const annotations = stringRecord(episode.annotations);
  return {
    id: episode.id,
    state: stateOf(episode),
    severity: series.severity,
    severityText: severityText(stringRecord(series.labels)),
    severityRank: severityRank(series.severity),
    name: series.name,
    service: series.service,
    source: series.source,
    group: series.groupKey,
    summary: alertSummary(annotations, stringRecord(series.labels)),
    test: TEST_CODES.find((code) => code === series.test) ?? null,
    startedAt: episode.startedAt.toISOString(),
    resolvedAt: episode.resolvedAt?.toISOString() ?? null,
    unconfirmed: episode.unconfirmedSince !== null,
    acknowledgement: acknowledged ? acknowledgementOf(acknowledged, silences) : null,
    silence: silenceAbility(series.source),
    impact: storedImpact(episode.impact),
  };
}

function stateOf({ resolvedAt, acknowledgements }: LoadedEpisode): EpisodeRow['state'] {
  if (resolvedAt) return 'resolved';
  return acknowledgements.length > 0 ? 'acknowledged' : 'firing';
}

const acknowledgementOf = (
  each: LoadedAcknowledgement,
  silences: ReadonlySet<string>,
): Acknowledgement => ({
  id: each.id,
  actor: each.actor,
  owner: each.owner,
  note: each.note,
  createdAt: each.createdAt.toISOString(),
  expiresAt: each.expiresAt.toISOString(),
  silenced: silenceState(each, silences),
  silenceFailure: each.silenceId ? null : each.silenceFailure,
});

function silenceState(
  { id, silenceId, silenceFailure }: LoadedAcknowledgement,
  silences: ReadonlySet<string>,
): Acknowledgement['silenced'] {
  if (silenceId) return 'yes';
  if (silences.has(id)) return 'requested';
  return silenceFailure === null ? 'no' : 'failed';
}

/** The acknowledgements of these episodes whose silence is on its way. */
export async function requestedSilences(episodes: readonly LoadedEpisode[]): Promise<Set<string>> {
  const ids = episodes.flatMap(({ acknowledgements }) =>
    acknowledgements.filter(({ silenceId }) => !silenceId).map(({ id }) => id),
  );
  const unfinished = await unfinishedJobKeys(prisma(), ids.map(silenceKey));
  return new Set(ids.filter((id) => unfinished.has(silenceKey(id))));
}
