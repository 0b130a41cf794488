import { useEffect, useRef, useState } from 'react';
import type { EpisodeList, EpisodeRow } from '@/lib/alerts/contract';

/** Rows stay where they are; new ones wait to be asked for. A filter that changes is a new list. */
export function useStableOrder(
  list: EpisodeList | undefined,
  search: string,
): {
  order: readonly string[];
  known: ReadonlyMap<string, EpisodeRow>;
  fresh: number;
  show: () => void;
} {
  const [standing, setStanding] = useState<{
    search: string;
    order: readonly string[];
    rows: ReadonlyMap<string, EpisodeRow>;
  }>({ search, order: list?.episodes.map(({ id }) => id) ?? [], rows: new Map() });
  const rows = new Map([
    ...standing.rows,
    ...(list?.episodes ?? []).map((each): [string, EpisodeRow] => [each.id, each]),
  ]);
  const started = useRef(list !== undefined);
  useEffect(() => {
    if (!list) return;
    const ids = list.episodes.map(({ id }) => id);
    setStanding((before) => {
      const anew = before.search !== search || !started.current || before.order.length === 0;
      return {
        search,
        order: anew ? ids : before.order,
        rows: new Map([
          ...(anew ? [] : before.rows),
          ...list.episodes.map((each): [string, EpisodeRow] => [each.id, each]),
        ]),
      };
    });
    started.current = true;
  }, [list, search]);
  const order =
    standing.search === search
      ? standing.order.filter((id) => rows.has(id))
      : (list?.episodes.map(({ id }) => id) ?? []);
  return {
    order,
    known: rows,
    fresh: (list?.episodes ?? []).filter(({ id }) => !order.includes(id)).length,
    show: () =>
      list &&
      setStanding({
        search,
        order: list.episodes.map(({ id }) => id),
        rows: new Map(list.episodes.map((each) => [each.id, each])),
      }),
  };
}
