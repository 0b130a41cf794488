import { config } from '@/lib/config/load';
import type { CorrelationId } from '@/lib/correlation-id/grammar';
import { loadDashboard, type DashboardOptions } from '@/lib/dashboards/query/load';
import type { Dashboard } from '@/lib/dashboards/catalogue/panel';
import type { DashboardQuery, DashboardView, Tile } from '@/lib/dashboards/contract';
import { loadTiles } from '@/lib/dashboards/query/tiles';
import { AppError } from '@/lib/errors/app-error';
import { OutboundError, SOURCE_DEADLINE_MS } from '@/lib/http/outbound';
import { loadRequest, type LoadOptions } from '@/lib/requests/view/load';
import type { AssembledRequest } from '@/lib/requests/discovery/gather';
import type { SignatureGroup } from '@/lib/requests/verdict/signatures';
import type { Change, EpisodeBand } from '@/lib/telemetry/around';
import { changesOf, type Place } from '@/lib/telemetry/cluster-events';
import { sources } from '@/lib/telemetry/sources';
import { formatAgo } from '@/lib/time/format';
import {
  epochMs,
  HOUR_MS,
  MINUTE_MS,
  msToNs,
  nsToMs,
  SECOND_MS,
  type EpochMs,
  type Window,
} from '@/lib/time/units';
import { alertSources } from './sources/credentials';
import { loadFrozen } from './analysis/evidence';
import { hurtRequests } from './analysis/affected-requests';
import { beginningOf } from './analysis/impact';
import { overdue } from './notifications/outbox';
import {
  anchorOf,
  countOpen,
  episodesDuring,
  listEpisodes,
  openByDashboard,
  peersAndReconciliations,
  readEpisode,
  type Anchor,
} from './episodes/repository';
import { ruleGraph, type RuleGraph } from './analysis/rule';
import type { EpisodeList, EpisodeView, Heartbeat, ListQuery } from './contract';

/** The alert list, and whether it can be trusted. */
export async function loadEpisodes(query: ListQuery): Promise<EpisodeList> {
  const [{ episodes, firing, unacknowledged, more }, heartbeat] = await Promise.all([
    listEpisodes(query),
    loadHeartbeat(),
  ]);
  return {
    at: new Date().toISOString(),
    episodes,
    counts: { firing, unacknowledged, shown: episodes.length },
    heartbeat,
    more,
  };
}

/** How many episodes are open, for the bar of every page; null when Postgres does not say. */
export const firingCount = (): Promise<number | null> => countOpen().catch(() => null);

/** @throws AppError not_found */
export async function loadEpisode(id: string): Promise<EpisodeView> {
  const episode = await readEpisode(id);
  if (!episode) throw new AppError('not_found', 'There is no such episode.');
  return { ...episode, at: new Date().toISOString(), quiets: quiets(episode.source) };
}

/** Said before somebody acknowledges: what it quiets, and what it does not. */
function quiets(source: string): string {
  const { ALERT_CHANNELS } = config();
  const channels = ALERT_CHANNELS.length
    ? `This portal will not notify ${ALERT_CHANNELS.map(({ name }) => name).join(', ')} of it.`
    : '';
  return `${channels} ${source} still sends to its other receivers: this does not acknowledge PagerDuty, and phones that ring for it keep ringing.`.trim();
}

async function known(id: string): Promise<Anchor> {
  const anchor = await anchorOf(id);
  if (!anchor) throw new AppError('not_found', 'There is no such episode.');
  return anchor;
}

/** When its rule went pending and since when it hurt: as measured, else asked now. */
async function beganAt({
  pendingMs,
  hurtMs,
  labels,
  startedMs,
}: Anchor): Promise<{ pendingMs: EpochMs; hurtMs: EpochMs }> {
  return pendingMs !== null && hurtMs !== null
    ? { pendingMs, hurtMs }
    : beginningOf(sources().metrics, labels, startedMs);
}

export interface HurtView {
  readonly since: string;
  readonly signatures: readonly SignatureGroup[];
  readonly partial: readonly string[];
  readonly failed: string | null;
}

/** The requests an episode hurt, by what failed: since its rule was pending and what that saw, until now or its end. */
export async function loadHurt(id: string, signal: AbortSignal): Promise<HurtView> {
  const anchor = await known(id);
  const { hurtMs } = await beganAt(anchor);
  const base = { since: new Date(hurtMs).toISOString(), signatures: [], partial: [], failed: null };
  if (!anchor.service)
    return {
      ...base,
      failed: 'No label of this alert names a service, so no requests can be matched.',
    };
  try {
    const { signatures, partial } = await hurtRequests(
      anchor.service,
      hurtMs,
      anchor.resolvedMs === null ? Date.now() : anchor.resolvedMs + MINUTE_MS,
      signal,
    );
    return { ...base, signatures, partial };
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    return { ...base, failed: `${sources().traces.name} did not answer: ${error.message}.` };
  }
}

export interface ChangesView {
  readonly changes: readonly Change[];
  readonly failed: string | null;
}

/** So long before the first harm a change may be its cause; and so long after it fired, what was done about it shows. */
const CHANGES_BEFORE_MS = HOUR_MS;
const CHANGES_AFTER_MS = 15 * MINUTE_MS;

/** What happened to the workload, pod or node that the alert names, in the hour before it and since. */
export async function loadChanges(id: string, signal: AbortSignal): Promise<ChangesView> {
  const { labels, service, startedMs, hurtMs } = await known(id);
  const named = (...keys: string[]) => keys.flatMap((key) => labels[key] ?? []);
  const place: Place = {
    services: [
      ...(service ? [service] : []),
      ...named('deployment', 'statefulset', 'daemonset', 'client', 'server'),
    ],
    pods: named('pod'),
    nodes: named('node', 'instance'),
    namespaces: named('namespace'),
  };
  const window = {
    startNs: msToNs(Math.min(startedMs, hurtMs ?? startedMs) - CHANGES_BEFORE_MS),
    endNs: msToNs(Math.min(Date.now(), startedMs + CHANGES_AFTER_MS)),
  };
  const { logs } = sources();
  try {
    const { data } = await logs.clusterEvents(window, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(SOURCE_DEADLINE_MS)]),
    });
    return { changes: changesOf(data, place), failed: null };
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    return {
      changes: [],
      failed: `${logs.name} did not say what happened to the cluster: ${error.message}.`,
    };
  }
}

export interface RuleView {
  readonly graph: RuleGraph | null;
  readonly pendingAt: string;
  readonly hurtSince: string;
  readonly failed: string | null;
}

/** The rule's value around the episode. */
export async function loadRule(id: string, signal: AbortSignal): Promise<RuleView> {
  const anchor = await known(id);
  const { metrics } = sources();
  const began = await beganAt(anchor);
  const base = {
    graph: null,
    pendingAt: new Date(began.pendingMs).toISOString(),
    hurtSince: new Date(began.hurtMs).toISOString(),
    failed: null,
  };
  if (!metrics) return { ...base, failed: 'No metrics source is configured.' };
  try {
    const graph = await ruleGraph(
      metrics,
      anchor.labels,
      began.pendingMs,
      anchor.resolvedMs,
      epochMs(Date.now()),
      AbortSignal.any([signal, AbortSignal.timeout(SOURCE_DEADLINE_MS)]),
    );
    return graph
      ? { ...base, graph }
      : { ...base, failed: `${metrics.name} has no rule called ${anchor.name}.` };
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    return { ...base, failed: `${metrics.name} did not answer: ${error.message}.` };
  }
}

/** Whether the way from the sources to here is open, in sentences where it may not be. The clock is ours. */
export async function loadHeartbeat(nowMs = Date.now()): Promise<Heartbeat> {
  const [[peers, reconciliations], late] = await Promise.all([
    peersAndReconciliations(),
    overdue(),
  ]);
  const sentences: string[] = [];
  for (const source of alertSources()) {
    if (source.kind !== 'alertmanager') continue;
    const own = peers.filter((peer) => peer.source === source.name);
    const watchdogMs = Math.max(0, ...own.map(({ watchdogAt }) => watchdogAt?.getTime() ?? 0));
    const up = process.uptime() * SECOND_MS;
    if (watchdogMs === 0 && up > source.watchdogSeconds * SECOND_MS)
      sentences.push(
        own.length === 0
          ? `${source.name} has never sent anything.`
          : `${source.name} has never sent ${source.watchdog}. Route it here.`,
      );
    else if (watchdogMs > 0 && nowMs - watchdogMs > source.watchdogSeconds * SECOND_MS)
      sentences.push(
        `Last heartbeat from ${source.name} was ${formatAgo(watchdogMs, nowMs)}. Alerts may be missing.`,
      );
    for (const { peer, failure, missingHere, answeredAt } of reconciliations.filter(
      (each) => each.source === source.name && source.peers.includes(each.peer),
    )) {
      if (failure)
        sentences.push(
          `${peer} does not answer${answeredAt ? ` since ${formatAgo(answeredAt.getTime(), nowMs)}` : ''}: ${failure}.`,
        );
      else if (missingHere > 0)
        sentences.push(`${missingHere} alerts of ${peer} had not arrived here; they were added.`);
    }
  }
  if (late > 0) sentences.push(`${late} notifications are overdue.`);
  const last = (times: (Date | null)[]) =>
    times
      .reduce<Date | null>(
        (latest, each) => (each && (!latest || each > latest) ? each : latest),
        null,
      )
      ?.toISOString() ?? null;
  return {
    state: sentences.length ? 'deaf' : alertSources().length ? 'ok' : 'none',
    lastDeliveryAt: last(peers.map(({ lastDeliveryAt }) => lastDeliveryAt)),
    watchdogAt: last(peers.map(({ watchdogAt }) => watchdogAt)),
    sentences,
  };
}

export interface AlertHealth {
  readonly at: string;
  readonly peers: readonly {
    source: string;
    peer: string;
    lastDeliveryAt: string | null;
    watchdogAt: string | null;
  }[];
  readonly reconciliations: readonly {
    source: string;
    peer: string;
    answeredAt: string | null;
    failure: string | null;
    firing: number;
    missingHere: number;
    missingThere: number;
  }[];
  readonly quarantined: number;
  readonly channels: readonly { name: string; kind: string }[];
}

/** The self-proof: who sends, who was asked, what was found. */
export async function loadAlertHealth(): Promise<AlertHealth> {
  const [peers, reconciliations, quarantinedItems] = await peersAndReconciliations();
  const iso = (at: Date | null) => at?.toISOString() ?? null;
  const silent = alertSources().filter(({ name }) => !peers.some((peer) => peer.source === name));
  return {
    at: new Date().toISOString(),
    peers: [
      ...peers.map(({ source, peer, lastDeliveryAt, watchdogAt }) => ({
        source,
        peer,
        lastDeliveryAt: iso(lastDeliveryAt),
        watchdogAt: iso(watchdogAt),
      })),
      ...silent.map(({ name }) => ({
        source: name,
        peer: '',
        lastDeliveryAt: null,
        watchdogAt: null,
      })),
    ],
    reconciliations: reconciliations.map(
      ({ source, peer, answeredAt, failure, firing, missingHere, missingThere }) => ({
        source,
        peer,
        answeredAt: iso(answeredAt),
        failure,
        firing,
        missingHere,
        missingThere,
      }),
    ),
    quarantined: quarantinedItems,
    channels: config().ALERT_CHANNELS.map(({ name, kind }) => ({ name, kind })),
  };
}

/** Episodes that were open in a window, for what draws them on an axis. */
export async function bandsDuring(
  window: Window,
  services: readonly string[] | 'all',
  id = '',
): Promise<EpisodeBand[]> {
  const found = await episodesDuring(
    { from: new Date(nsToMs(window.startNs)), to: new Date(nsToMs(window.endNs)) },
    services,
    id,
  );
  return found.map(
    ({
      id: episodeId,
      name,
      severity,
      service,
      state,
      startedAt,
      resolvedAt,
      acknowledgement,
    }) => ({
      id: episodeId,
      name,
      severity,
      service,
      state,
      startedAt,
      resolvedAt,
      owner: acknowledgement?.owner ?? null,
      note: acknowledgement?.note ?? '',
    }),
  );
}

/** The tiles of the home page. Where Postgres does not say what is open, the page says so elsewhere: the figures stand. */
export const loadTilesWithAlerts = (): Promise<Tile[]> =>
  loadTiles(() => openByDashboard().catch(() => []));

/** A dashboard with the alerts that were open in its time. */
export const loadDashboardWithAlerts = (
  id: Dashboard['id'],
  query: DashboardQuery,
  options: Omit<DashboardOptions, 'episodes'>,
): Promise<DashboardView> =>
  loadDashboard(id, query, {
    ...options,
    episodes: (window, services) => bandsDuring(window, services.length ? services : 'all'),
  });

/**
 * A request with what was firing around it. One that no source knows any more is shown as it was frozen, if it was; so is one that is
 * asked for as evidence.
 * @throws AppError not_found for evidence that there is not
 */
export async function loadRequestWithAlerts(
  id: CorrelationId,
  options: LoadOptions & { readonly evidence?: string | undefined },
): Promise<AssembledRequest> {
  if (options.evidence !== undefined) {
    const frozen = await loadFrozen(id, options.evidence);
    if (!frozen)
      throw new AppError(
        'not_found',
        'This evidence does not hold that request, or it has expired.',
      );
    options.emit?.(frozen);
    return frozen;
  }
  const live = await loadRequest(id, { ...options, episodes: bandsDuring });
  if (live.view.spanCount + live.view.logCount > 0 || options.from) return live;
  const frozen = await loadFrozen(id, undefined).catch(() => undefined);
  if (!frozen) return live;
  options.emit?.(frozen);
  return frozen;
}
