'use client';

import { useQueryStates } from 'nuqs';
import { useMemo } from 'react';
import { escapeSelection } from '@/lib/dashboards/selection-text';
import { dashboardSearchParams, type DashboardState, type Parameter } from './search-params';

type Labels = Readonly<Record<string, string>>;
type Changes = Partial<{ [Key in keyof DashboardState]: DashboardState[Key] | null }>;

/** A point of a panel; without `atMs` the whole window, without labels all series. */
export interface PickedPoint {
  readonly atMs?: number;
  readonly labels?: Labels | undefined;
}

export interface DashboardActions {
  readonly setRange: (range: string) => void;
  readonly setWindow: (fromMs: number, toMs: number) => void;
  readonly setRefresh: (refresh: DashboardState['refresh']) => void;
  /**
   * Selects the values of these parameters, as they are; of another service, no operation stays
   * selected.
   */
  readonly select: (values: Partial<Record<Parameter, string>>) => void;
  /** Takes the text of one selection as the URL has it; null for all. */
  readonly setSelection: (parameter: Parameter, text: string | null) => void;
  readonly openRequests: (panelId: string, point?: PickedPoint) => void;
  readonly openRule: (panelId: string) => void;
  readonly closeDialog: () => void;
  readonly toggleTable: (panelId: string) => void;
  readonly toggleOnly: (panelId: string, series: string) => void;
  readonly sortBy: (sort: DashboardState['sort']) => void;
}

/** The shortest window that can be zoomed to. */
const MIN_WINDOW_MS = 1000;
const CLOSED = { panel: null, dialog: null, at: null, series: null } as const;

const toIso = (ms: number): string => new Date(Math.round(ms)).toISOString();
/** The key of a series that is shown alone. */
const onlyKey = (panelId: string, series: string): string => `${panelId}:${series}`;

/** The series that a panel shows alone; null for all. */
export function onlySeries({ only }: Pick<DashboardState, 'only'>, panelId: string): string | null {
  const prefix = onlyKey(panelId, '');
  return only.find((key) => key.startsWith(prefix))?.slice(prefix.length) ?? null;
}

/**
 * What is seen of a dashboard, from its URL, and what changes it. The browser's back undoes what
 * moves in time or opens something.
 */
export function useDashboardState(): {
  readonly state: DashboardState;
  readonly actions: DashboardActions;
} {
  const [state, setState] = useQueryStates(dashboardSearchParams);
  // The same from one render to the next, so that no chart is drawn again for them.
  const actions = useMemo((): DashboardActions => {
    const push = (changes: Changes) => void setState(changes, { history: 'push' });
    const replace = (changes: Changes) => void setState(changes, { history: 'replace' });
    return {
      setRange: (range) => push({ range, from: null, to: null, at: null }),
      setWindow: (fromMs, toMs) =>
        push({
          from: toIso(fromMs),
          to: toIso(Math.max(toMs, fromMs + MIN_WINDOW_MS)),
          range: null,
          at: null,
        }),
      setRefresh: (refresh) => replace({ refresh }),
      select: (values) => {
        const selections = Object.entries(values).map(([name, value]) => [
          name,
          escapeSelection(value),
        ]);
        push({ operation: null, ...Object.fromEntries(selections), ...CLOSED });
      },
      setSelection: (parameter, text) =>
        push({
          ...(parameter === 'service' && { operation: null }),
          [parameter]: text,
          at: null,
          series: null,
        }),
      openRequests: (panelId, { atMs, labels } = {}) =>
        push({
          panel: panelId,
          dialog: null,
          at: atMs === undefined ? null : toIso(atMs),
          series: labels ?? null,
        }),
      openRule: (panelId) => push({ ...CLOSED, panel: panelId, dialog: 'rule' }),
      closeDialog: () => replace(CLOSED),
      toggleTable: (panelId) =>
        void setState(({ tables }) => ({
          tables: tables.includes(panelId)
            ? tables.filter((id) => id !== panelId)
            : [...tables, panelId],
        })),
      toggleOnly: (panelId, series) =>
        void setState(({ only }) => {
          const key = onlyKey(panelId, series);
          const others = only.filter((each) => !each.startsWith(onlyKey(panelId, '')));
          return { only: only.includes(key) ? others : [...others, key] };
        }),
      sortBy: (sort) => replace({ sort }),
    };
  }, [setState]);
  return { state, actions };
}
