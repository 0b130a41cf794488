import { prisma } from '@/lib/db/client';
import { log } from '@/lib/observability/log';
import { HOUR_MS } from '@/lib/time/units';
import { evidenceSummary, ruleSubject } from '../analysis/contract';
import type { EpisodeView } from '../contract';
import { resolutionAbility } from '../sources/source-abilities';
import {
  episodeInclude,
  episodeRow,
  requestedSilences,
  stringRecord,
  type LoadedEpisode,
} from './episode-row';
import { readStoredEvent, type StoredEvent } from './stored-events';

const MAX_EVENTS = 300;

/** Everything of one episode that is in Postgres. */
export async function readEpisode(
  id: string,
): Promise<Omit<EpisodeView, 'acknowledgementScope' | 'at'> | undefined> {
  const episode = await prisma().alertEpisode.findUnique({
    where: { id },
    include: episodeInclude,
  });
  if (!episode) return undefined;
  const [events, evidence, before, changes, responders, silences] = await Promise.all([
    prisma().alertEvent.findMany({
      where: { episodeId: id },
      orderBy: { id: 'desc' },
      take: MAX_EVENTS,
    }),
    prisma().alertEvidence.findMany({
      where: { episodes: { some: { episodeId: id } } },
      orderBy: { capturedAt: 'asc' },
      take: 20,
    }),
    similarEpisodesBefore(episode),
    alertsChangedBefore(episode),
    prisma().user.findMany({
      where: { role: { in: ['responder', 'admin'] } },
      select: { name: true },
      orderBy: { name: 'asc' },
      take: 200,
    }),
    requestedSilences([episode]),
  ]);
  const annotations = stringRecord(episode.annotations);
  return {
    ...episodeRow(episode, silences),
    labels: stringRecord(episode.series.labels),
    annotations,
    generatorUrl: episode.generatorUrl,
    runbookUrl: annotations.runbook_url ?? null,
    resolvedBy: episode.resolvedBy,
    pendingAt: episode.pendingAt?.toISOString() ?? null,
    impactedSince: episode.impactedSince?.toISOString() ?? null,
    repeats: Number(episode.series.repeats),
    subject: ruleSubject.nullable().parse(episode.subject),
    signatures: episode.signatures,
    leadingSignature: episode.leadingSignature,
    fix:
      episode.fix && episode.fixedAt
        ? { text: episode.fix, by: episode.fixedBy ?? '', at: episode.fixedAt.toISOString() }
        : null,
    stillFailing: episode.stillFailing,
    timeline: timelineOf(events),
    changes,
    before,
    evidence: evidence.map((each) => ({
      id: each.id,
      reason: each.reason,
      capturedAt: each.capturedAt.toISOString(),
      from: each.fromAt.toISOString(),
      to: each.toAt.toISOString(),
      ...evidenceSummary.parse(each.summary),
    })),
    responders: responders.map(({ name }) => name),
    resolution: episode.resolvedAt ? 'resolved' : resolutionAbility(episode.series.source),
  };
}

const MAX_CHANGES = 6;

function timelineOf(events: readonly StoredEvent[]): EpisodeView['timeline'] {
  return events.flatMap((stored) => {
    const event = readStoredEvent(stored);
    if (event) return [event];
    log().warn(
      { code: 'unknown_event', event: String(stored.id), kind: stored.kind },
      'an event of a timeline is of no known kind and is left out',
    );
    return [];
  });
}

/** Other alerts that began or ended in the hour before this one was pending. */
async function alertsChangedBefore(episode: LoadedEpisode): Promise<EpisodeView['changes']> {
  const to = episode.pendingAt ?? episode.startedAt;
  const within = { gte: new Date(to.getTime() - HOUR_MS), lte: episode.startedAt };
  const found = await prisma().alertEpisode.findMany({
    where: {
      id: { not: episode.id },
      NOT: { resolvedBy: 'merged' },
      series: { test: null },
      OR: [{ startedAt: within }, { resolvedAt: within }],
    },
    include: { series: true },
    orderBy: { startedAt: 'desc' },
    take: 50,
  });
  const inside = (at: Date | null) => at !== null && at >= within.gte && at <= within.lte;
  return found
    .flatMap(({ id, startedAt, resolvedAt, series: { name, service } }) => [
      ...(inside(startedAt)
        ? [{ at: startedAt.toISOString(), kind: 'fired' as const, id, name, service }]
        : []),
      ...(inside(resolvedAt)
        ? [{ at: resolvedAt!.toISOString(), kind: 'resolved' as const, id, name, service }]
        : []),
    ])
    .sort((a, b) => (a.at < b.at ? 1 : -1))
    .slice(0, MAX_CHANGES);
}

/** Episodes before this one that the same failure led, else those of the same alert. */
async function similarEpisodesBefore(episode: LoadedEpisode): Promise<EpisodeView['before']> {
  const { id, startedAt, leadingSignature, series } = episode;
  const found = await prisma().alertEpisode.findMany({
    where: {
      id: { not: id },
      resolvedAt: { not: null },
      startedAt: { lt: startedAt },
      OR: [
        ...(leadingSignature === null ? [] : [{ leadingSignature }]),
        { series: { name: series.name, service: series.service } },
      ],
      NOT: { resolvedBy: 'merged' },
    },
    include: { series: true, acknowledgements: { orderBy: { createdAt: 'asc' } } },
    orderBy: { startedAt: 'desc' },
    take: 20,
  });
  const words = await wordsOfResolvers(found.map((each) => each.id));
  return found
    .map((each) => ({
      id: each.id,
      name: each.series.name,
      service: each.series.service,
      startedAt: each.startedAt.toISOString(),
      resolvedAt: each.resolvedAt!.toISOString(),
      owner: each.acknowledgements.at(-1)?.owner ?? null,
      notes: [
        ...each.acknowledgements.map(({ note }) => note),
        words.get(each.id)?.note ?? '',
      ].filter((note) => note !== ''),
      resolvedByPerson: each.resolvedBy === 'person' ? (words.get(each.id)?.person ?? null) : null,
      fix: each.fix,
      same: isLedBy(each, leadingSignature) ? ('signature' as const) : ('alert' as const),
    }))
    .sort((a, b) => Number(a.same === 'alert') - Number(b.same === 'alert'))
    .slice(0, 5);
}

/** Who resolved these episodes by hand last, and what they said; by episode. */
async function wordsOfResolvers(
  ids: readonly string[],
): Promise<ReadonlyMap<string, { person: string; note: string }>> {
  const events = await prisma().alertEvent.findMany({
    where: { episodeId: { in: [...ids] }, kind: 'resolved', actor: { not: null } },
    orderBy: { id: 'asc' },
  });
  return new Map(
    events.map(({ episodeId, actor, detail }) => [
      episodeId!,
      { person: actor!, note: stringRecord(detail).note ?? '' },
    ]),
  );
}

const isLedBy = (episode: { leadingSignature: string | null }, signature: string | null) =>
  signature !== null && episode.leadingSignature === signature;
