'use client';

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { escapeSelection, parseSelection } from '@/lib/dashboards/selection-text';
import { choicesQuery, type DashboardId } from './queries';
import type { DashboardState, Parameter } from './search-params';
import type { DashboardActions } from './use-dashboard-state';
import styles from './dashboards.module.css';

const TITLES: Readonly<Record<Parameter, string>> = {
  service: 'Service',
  operation: 'Operation',
  scaleSet: 'Scale set',
  namespace: 'Namespace',
  node: 'Node',
};

interface Props {
  readonly id: DashboardId;
  readonly name: Parameter;
  readonly state: DashboardState;
  readonly actions: DashboardActions;
}

/**
 * One of the present values of a parameter, or all. What the URL selects is listed before the
 * choices are loaded.
 */
export function ParameterSelect({ id, name, state, actions }: Props) {
  const [wasOpened, setWasOpened] = useState(false);
  const query = useQuery(choicesQuery(id, searchOfChoices(name, state), wasOpened));
  const selected = state[name] ?? '';
  const choices = (query.data?.[name] ?? []).map(escapeSelection);
  const values = [...new Set([selected, ...choices])].filter((value) => value !== '').toSorted();
  const title = TITLES[name];
  return (
    <select
      className={styles.select}
      aria-label={title}
      value={selected}
      onFocus={() => setWasOpened(true)}
      onPointerEnter={() => setWasOpened(true)}
      onChange={(event) => actions.setSelection(name, event.target.value || null)}
    >
      <option value="">{`${title}: all`}</option>
      {values.map((value) => (
        <option key={value} value={value}>
          {`${title}: ${parseSelection(value).join(', ')}`}
        </option>
      ))}
      {query.isFetching && !query.data && <option disabled>Loading…</option>}
    </select>
  );
}

/** Operations are those of the selected service. */
function searchOfChoices(name: Parameter, { service }: DashboardState): string {
  return name === 'operation' && service !== null
    ? new URLSearchParams({ service }).toString()
    : '';
}
