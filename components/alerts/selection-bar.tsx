import ui from '@/components/ui/ui.module.css';
import type { AlertListModel } from './use-alert-list';
import styles from './alert-list.module.css';

/** What is selected, and what can be done with all of it. */
export function SelectionBar({
  model,
  onAcknowledge,
}: {
  model: AlertListModel;
  onAcknowledge: (ids: readonly string[]) => void;
}) {
  const { selected, selectedAnswerable } = model;
  if (selected.size === 0) return null;
  return (
    <div className={styles.selection} role="region" aria-label="Selection">
      <span>{selected.size} selected</span>
      <button type="button" className={ui.button} onClick={model.clearSelection}>
        Clear
      </button>
      <button
        type="button"
        className={`${ui.button} ${ui.primary}`}
        disabled={selectedAnswerable.length === 0}
        onClick={() => onAcknowledge(selectedAnswerable)}
      >
        Acknowledge {selectedAnswerable.length}
      </button>
    </div>
  );
}
