'use client';

import { useShownRequest } from '../request-context';
import { LEVEL_FILTERS } from '../search-params';
import { CONTINUOUS, useRequestSearch } from '../use-request-search';
import { servicesOf } from './filter-logs';
import { truncationText } from './log-text';

/** What the listed lines have: a text, a level, a service. */
export function LogFilters() {
  const { view } = useShownRequest();
  const [{ q, level, service }, setSearch] = useRequestSearch();
  const truncated = truncationText(view);
  return (
    <>
      {truncated && <span>{truncated}</span>}
      <input
        type="search"
        aria-label="Find in logs"
        placeholder="Find in logs"
        value={q}
        onChange={(event) => void setSearch({ q: event.target.value }, CONTINUOUS)}
      />
      <Choice
        label="Level"
        all="All levels"
        value={level}
        values={LEVEL_FILTERS}
        onChoose={(chosen) => void setSearch({ level: chosen })}
      />
      <Choice
        label="Service"
        all="All services"
        value={service}
        values={servicesOf(view.logs)}
        onChoose={(chosen) => void setSearch({ service: chosen })}
      />
    </>
  );
}

function Choice<Value extends string>({
  label,
  all,
  value,
  values,
  onChoose,
}: {
  label: string;
  all: string;
  value: Value | null;
  values: readonly Value[];
  onChoose: (value: Value | null) => void;
}) {
  // A link may name what this request does not have.
  const options = value === null || values.includes(value) ? values : [value, ...values];
  return (
    <select
      aria-label={label}
      value={value ?? ''}
      onChange={(event) => onChoose((event.target.value as Value) || null)}
    >
      <option value="">{all}</option>
      {options.map((option) => (
        <option key={option}>{option}</option>
      ))}
    </select>
  );
}
