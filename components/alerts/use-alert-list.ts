import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useQueryStates } from 'nuqs';
import { useState } from 'react';
import type { EpisodeList } from '@/lib/alerts/contract';
import { answerable, groupAlerts, unacknowledged } from './alert-groups';
import { alertKeys, listQuery } from './queries';
import { alertListParams, alertListSearch, NO_FILTERS } from './search-params';
import { useStableOrder } from './stable-order';
import { useAlertStream } from './use-alert-stream';
import { useNow } from './use-now';

/** What the server rendered: the answer, when its filters could be read, and the time then. */
export interface InitialAlertList {
  readonly at: string;
  readonly search: string;
  readonly list: EpisodeList | undefined;
}

/** The model of the alert list: what it shows, what is selected, and what can be acknowledged. */
export function useAlertList(initial: InitialAlertList) {
  const client = useQueryClient();
  const [params, setParams] = useQueryStates(alertListParams);
  const search = alertListSearch(params);
  const query = useQuery({
    ...listQuery(search),
    ...(search === initial.search && initial.list ? { initialData: initial.list } : {}),
  });
  const lostAt = useAlertStream(() => client.invalidateQueries({ queryKey: alertKeys.lists }));
  const stable = useStableOrder(query.data, search);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());

  const groups = groupAlerts(stable.order, stable.rows, params.group);
  const matching = new Set(query.data?.episodes.map(({ id }) => id));
  const unacknowledgedOf = (ids: readonly string[]) => unacknowledged(ids, stable.rows, matching);
  const answerableOf = (ids: readonly string[]) => answerable(ids, stable.rows, matching);
  const chosen = [...selected];
  return {
    ...stable,
    params,
    filtered: search !== '',
    setParams,
    clearFilters: () => setParams(NO_FILTERS),
    list: query.data,
    error: query.error,
    lostAt,
    now: useNow(initial.at),
    groups,
    ids: groups.flatMap(({ ids }) => ids),
    matching,
    selected,
    /** Of the selection, what an acknowledgement would reach. */
    selectedAnswerable: chosen.length > 1 ? unacknowledgedOf(chosen) : answerableOf(chosen),
    answerableOf,
    unacknowledgedOf,
    toggle: (id: string) => setSelected((before) => toggled(before, id)),
    clearSelection: () => setSelected(new Set()),
    reload: () => client.invalidateQueries({ queryKey: alertKeys.all }),
  };
}

export type AlertListModel = ReturnType<typeof useAlertList>;

function toggled(ids: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(ids);
  if (!next.delete(id)) next.add(id);
  return next;
}
