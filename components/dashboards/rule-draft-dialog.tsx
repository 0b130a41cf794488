'use client';

import { Dialog } from '@base-ui/react/dialog';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Panel } from '@/components/ui/panel';
import ui from '@/components/ui/ui.module.css';
import type { PanelView } from '@/lib/dashboards/contract';
import { FiringPreview } from './firing-preview';
import { ruleDraftQuery, type DashboardId } from './queries';
import { RuleDraftForm } from './rule-draft-form';
import { initialValues, problemOf, ruleFileName, toDraftSearch } from './rule-draft-input';
import { RuleFile } from './rule-file';
import { useDebounced } from './use-debounced';
import styles from './dashboards.module.css';

const TYPING_PAUSE_MS = 300;

interface Props {
  readonly id: DashboardId;
  readonly panel: PanelView;
  readonly search: string;
  readonly onClose: () => void;
}

/**
 * A ready alert rule of a panel, its test, and when it would have fired in the window that is
 * shown.
 */
export default function RuleDraftDialog({ id, panel, search, onClose }: Props) {
  // As it was when the dialog opened: a refresh behind it must not change the preview.
  const [openedSearch] = useState(search);
  const [values, setValues] = useState(() => initialValues(panel));
  const entered = useDebounced(values, TYPING_PAUSE_MS);
  const problem = problemOf(values);
  const query = useQuery({
    ...ruleDraftQuery(id, panel.id, toDraftSearch(openedSearch, entered, panel.unit)),
    enabled: problem === null && problemOf(entered) === null,
  });
  const draft = query.data;
  const isPending = values !== entered || query.isPlaceholderData;
  const loaded = draft ? 'ready' : 'loading';
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={ui.backdrop} />
        <Dialog.Popup className={`${ui.sheet} ${ui.wideSheet} ${styles.dialog}`}>
          <Dialog.Title>An alert of {panel.title}</Dialog.Title>
          <Dialog.Description>
            Nothing is changed here: commit the rule to alert-rules/ and its test to
            alert-rules/tests/, and write the runbook it names.
          </Dialog.Description>
          <div className={styles.dialogBody} role="region" aria-label="Rule and test">
            <RuleDraftForm
              values={values}
              unit={panel.unit}
              suggestedName={draft?.name}
              onChange={setValues}
            />
            {problem !== null && (
              <p role="alert" className={ui.error}>
                {problem}
              </p>
            )}
            <Panel
              state={query.error ? 'failed' : loaded}
              message={query.error?.message ?? 'Evaluating the rule…'}
              height={160}
            >
              {draft && (
                <>
                  <FiringPreview draft={draft} direction={values.direction} unit={panel.unit} />
                  <RuleFile
                    title="Rule"
                    path={ruleFileName(draft.name)}
                    text={draft.rule}
                    isPending={isPending}
                  />
                  <RuleFile
                    title="Test"
                    path={`tests/${ruleFileName(draft.name)}`}
                    text={draft.test}
                    isPending={isPending}
                  />
                </>
              )}
            </Panel>
          </div>
          <Dialog.Close className={ui.button}>Close</Dialog.Close>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
