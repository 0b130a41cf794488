import { useRef, useState, type FocusEvent, type KeyboardEvent } from 'react';
import ui from '@/components/ui/ui.module.css';
import { AlertRow } from './alert-row';
import type { AlertListModel } from './use-alert-list';
import styles from './alert-list.module.css';

/** The rows of the alert list: one tab stop, arrows move, `x` selects, `a` acknowledges. */
export function AlertGrid({
  model,
  mayAnswer,
  onAcknowledge,
}: {
  model: AlertListModel;
  mayAnswer: boolean;
  onAcknowledge: (ids: readonly string[]) => void;
}) {
  const { ids, rows, groups, matching, selected, now } = model;
  const grid = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState<string>();
  const tabStop = focused !== undefined && ids.includes(focused) ? focused : ids[0];

  const rowElement = (id: string, inside = '') =>
    grid.current?.querySelector<HTMLElement>(`[data-episode="${id}"] ${inside}`.trim());
  const moveTo = (position: number) => {
    const id = ids[Math.min(ids.length - 1, Math.max(0, position))];
    if (id === undefined) return;
    setFocused(id);
    rowElement(id)?.focus();
  };
  const acknowledge = (id: string) => {
    const chosen = model.selectedAnswerable;
    onAcknowledge(chosen.length > 0 ? chosen : model.answerableOf([id]));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (tabStop === undefined || isForControl(event)) return;
    const position = ids.indexOf(tabStop);
    const actions: Readonly<Record<string, () => void>> = {
      ArrowDown: () => moveTo(position + 1),
      ArrowUp: () => moveTo(position - 1),
      Home: () => moveTo(0),
      End: () => moveTo(ids.length - 1),
      Enter: () => rowElement(tabStop, 'a')?.click(),
      ...(mayAnswer && { x: () => model.toggle(tabStop), a: () => acknowledge(tabStop) }),
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  };
  const onFocus = ({ target }: FocusEvent<HTMLElement>) => {
    const id = target.closest<HTMLElement>('[data-episode]')?.dataset.episode;
    if (id !== undefined) setFocused(id);
  };
  return (
    <div
      role="grid"
      aria-label="Alerts"
      aria-rowcount={ids.length}
      aria-multiselectable={mayAnswer || undefined}
      ref={grid}
      onKeyDown={onKeyDown}
      onFocus={onFocus}
    >
      {groups.map((group) => (
        <div role="rowgroup" key={group.title} aria-label={group.title || undefined}>
          {group.title !== '' && (
            <GroupHeader
              title={group.title}
              count={group.ids.length}
              unacknowledged={mayAnswer ? model.unacknowledgedOf(group.ids) : []}
              onAcknowledge={onAcknowledge}
            />
          )}
          {group.ids.map((id) => (
            <AlertRow
              key={id}
              episode={rows.get(id)!}
              now={now}
              gone={!matching.has(id)}
              selected={selected.has(id)}
              focusable={id === tabStop}
              onSelect={mayAnswer ? () => model.toggle(id) : undefined}
            />
          ))}
        </div>
      ))}
    </div>
  );
}

/** Keys of buttons, links and fields within a row are theirs, and so are a browser's own. */
function isForControl({ ctrlKey, metaKey, altKey, target }: KeyboardEvent): boolean {
  if (ctrlKey || metaKey || altKey) return true;
  if (target instanceof HTMLInputElement) return target.type !== 'checkbox';
  return target instanceof Element && target.closest('button, a') !== null;
}

function GroupHeader({
  title,
  count,
  unacknowledged,
  onAcknowledge,
}: {
  title: string;
  count: number;
  unacknowledged: readonly string[];
  onAcknowledge: (ids: readonly string[]) => void;
}) {
  return (
    <div role="row" className={styles.group}>
      <span role="gridcell">
        <b>{title}</b> {count}{' '}
        {unacknowledged.length > 0 && (
          <button type="button" className={ui.button} onClick={() => onAcknowledge(unacknowledged)}>
            Acknowledge {unacknowledged.length}
          </button>
        )}
      </span>
    </div>
  );
}
