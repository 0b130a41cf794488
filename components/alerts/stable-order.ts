import { useState } from 'react';
import type { EpisodeList, EpisodeRow } from '@/lib/alerts/contract';

/** A list whose rows stay where they are while what they say changes. */
export interface StableOrder {
  /** The filters it was made for: other filters are another list. */
  readonly search: string;
  readonly order: readonly string[];
  readonly rows: ReadonlyMap<string, EpisodeRow>;
}

/** The order of a list as it came. */
export const orderAsListed = (list: EpisodeList, search: string): StableOrder => ({
  search,
  order: list.episodes.map(({ id }) => id),
  rows: rowsOf(list),
});

/** A newer answer laid over what is shown: rows keep their place, new ones wait, old ones stay. */
export function updateOrder(
  shown: StableOrder | undefined,
  list: EpisodeList,
  search: string,
): StableOrder {
  if (!shown || shown.search !== search || shown.order.length === 0)
    return orderAsListed(list, search);
  return { ...shown, rows: new Map([...shown.rows, ...rowsOf(list)]) };
}

/** How many rows of the answer wait to be shown. */
export const countNew = (shown: StableOrder, list: EpisodeList): number => {
  const known = new Set(shown.order);
  return list.episodes.filter(({ id }) => !known.has(id)).length;
};

const rowsOf = (list: EpisodeList): Map<string, EpisodeRow> =>
  new Map(list.episodes.map((episode) => [episode.id, episode]));

const NOTHING: StableOrder = { search: '', order: [], rows: new Map() };

/** Rows never jump: new ones wait until `showNew`. A filter that changes is a new list. */
export function useStableOrder(
  list: EpisodeList | undefined,
  search: string,
): StableOrder & { newCount: number; showNew: () => void } {
  const [latest, setLatest] = useState(list);
  const [shown, setShown] = useState(list && orderAsListed(list, search));
  // State that follows a prop is set while rendering (react.dev): an effect would paint the old
  // once.
  if (list && (list !== latest || shown?.search !== search)) {
    setLatest(list);
    setShown(updateOrder(shown, list, search));
  }
  const current = shown?.search === search ? shown : NOTHING;
  return {
    ...current,
    newCount: list ? countNew(current, list) : 0,
    showNew: () => list && setShown(orderAsListed(list, search)),
  };
}
