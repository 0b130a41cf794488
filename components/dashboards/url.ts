'use client';

import { useUrlState } from '@/components/ui/url-state';

export const PARAMETERS = ['service', 'operation', 'scaleSet', 'namespace', 'node'] as const;
export type Parameter = (typeof PARAMETERS)[number];
export type DashboardKey =
  'range' | 'from' | 'to' | 'refresh' | 'panel' | 'at' | 'series' | 'make' | Parameter;

export const DEFAULT_RANGE = '1h';
const ASKED: readonly DashboardKey[] = ['range', 'from', 'to', ...PARAMETERS];

/** What is seen of a dashboard, and the part of it that is asked for. */
export function useDashboardUrl() {
  const url = useUrlState<DashboardKey>();
  const all = new URLSearchParams(url.search);
  const asked = new URLSearchParams(
    ASKED.flatMap((key) => (all.get(key) ? [[key, all.get(key)!]] : [])),
  );
  return { ...url, asked: asked.toString() };
}

/** A comma separates values, and Grafana has two words for all of them: what is meant by itself has a backslash before it. */
export const asChoice = (value: string): string =>
  value.replace(/[\\,]|^(?=(?:\.\*|\$__all)$)/g, '\\$&');
export const nameOfChoice = (choice: string): string => choice.replace(/\\(.)/gs, '$1');

export type DashboardUrl = ReturnType<typeof useDashboardUrl>;
