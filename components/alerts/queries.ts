import { queryOptions } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useState } from 'react';
import { fetchJson, sendJson } from '@/components/shell/api-client';
import { ALERT_LISTS_KEY } from '@/components/shell/queries';
import type { AffectedRequestsView, ChangesView, RuleView } from '@/lib/alerts/analysis/contract';
import type { EpisodeList, EpisodeView } from '@/lib/alerts/contract';

export const alertKeys = {
  all: ['alerts'] as const,
  lists: ALERT_LISTS_KEY,
  list: (search: string) => [...ALERT_LISTS_KEY, search] as const,
  episode: (id: string) => ['alerts', 'episode', id] as const,
  affectedRequests: (id: string) => ['alerts', 'affected-requests', id] as const,
  changes: (id: string) => ['alerts', 'changes', id] as const,
  rule: (id: string) => ['alerts', 'rule', id] as const,
};

export const listQuery = (search: string) =>
  queryOptions({
    queryKey: alertKeys.list(search),
    refetchOnMount: 'always',
    queryFn: ({ signal }) => fetchJson<EpisodeList>(`/api/alerts${search && `?${search}`}`, signal),
  });
export const episodeQuery = (id: string) =>
  queryOptions({
    queryKey: alertKeys.episode(id),
    refetchOnMount: 'always',
    queryFn: ({ signal }) => fetchJson<EpisodeView>(`/api/alerts/${id}`, signal),
  });
export const affectedRequestsQuery = (id: string) =>
  queryOptions({
    queryKey: alertKeys.affectedRequests(id),
    queryFn: ({ signal }) =>
      fetchJson<AffectedRequestsView>(`/api/alerts/${id}/affected-requests`, signal),
  });
export const changesQuery = (id: string) =>
  queryOptions({
    queryKey: alertKeys.changes(id),
    queryFn: ({ signal }) => fetchJson<ChangesView>(`/api/alerts/${id}/changes`, signal),
  });
export const ruleQuery = (id: string) =>
  queryOptions({
    queryKey: alertKeys.rule(id),
    queryFn: ({ signal }) => fetchJson<RuleView>(`/api/alerts/${id}/rule`, signal),
  });

/** What is counted live is asked for anew so often, while it fires. */
export const LIVE_EVERY_MS = 15_000;

export interface AcknowledgementInput {
  readonly note: string;
  readonly hours?: number;
  readonly owner?: string;
  readonly silence: boolean;
}

/** One key an attempt of a person: sent again after a lost answer it changes nothing. */
export const newIdempotencyKey = (): string => crypto.randomUUID();

export const acknowledge = (
  ids: readonly string[],
  word: AcknowledgementInput,
  key: string,
): Promise<void> =>
  ids.length === 1
    ? sendJson(`/api/alerts/${ids[0]}/acknowledgement`, 'PUT', { ...word, idempotencyKey: key })
    : sendJson('/api/alerts/acknowledgements', 'POST', {
        ...word,
        idempotencyKey: key,
        episodes: ids,
      });

export async function withdrawAcknowledgements(ids: readonly string[]): Promise<void> {
  for (const id of ids) await sendJson(`/api/alerts/${id}/acknowledgement`, 'DELETE');
}

const REOPEN_MS = 5_000;

/** Asks for what is shown whenever something of an alert changed, on any replica; never twice at once, and once more for what changed meanwhile. Answers with since when it no longer hears. */
export function useAlertStream(reload: () => Promise<unknown>): string | null {
  const [lostAt, setLostAt] = useState<string | null>(null);
  const reloadNow = useEffectEvent(reload);
  useEffect(() => {
    let stream: EventSource | undefined;
    let reopening: ReturnType<typeof setTimeout> | undefined;
    let [busy, again, lost] = [false, false, false];
    const changed = async () => {
      again = true;
      if (busy) return;
      busy = true;
      while (again) {
        again = false;
        await reloadNow();
      }
      busy = false;
    };
    const open = () => {
      stream = new EventSource('/api/alerts/stream');
      stream.addEventListener('changed', () => void changed());
      stream.addEventListener('open', () => {
        // What happened meanwhile was not heard.
        if (lost) void changed();
        lost = false;
        setLostAt(null);
      });
      stream.addEventListener('error', () => {
        lost = true;
        setLostAt((known) => known ?? new Date().toISOString().slice(11, 16));
        // Refused, a browser does not try again by itself.
        if (stream?.readyState === EventSource.CLOSED) reopening = setTimeout(open, REOPEN_MS);
      });
    };
    open();
    return () => {
      clearTimeout(reopening);
      stream?.close();
    };
  }, []);
  return lostAt;
}

/** The time, every so often: ages on the screen grow without asking anybody. The server's time first, so that both render the same. */
export function useNow(serverNow: string, everyMs = 5_000): number {
  const [now, setNow] = useState(() => Date.parse(serverNow));
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
