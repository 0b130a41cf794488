'use client';

import dynamic from 'next/dynamic';
import { useState } from 'react';
import { ProblemError } from '@/components/shell/api-client';
import { Panel } from '@/components/ui/panel';
import ui from '@/components/ui/ui.module.css';
import { formatCount, formatCounted } from '@/lib/time/format';
import type { CompletedAction } from './acknowledge';
import { AlertFilters } from './alert-filters';
import { AlertGrid } from './alert-grid';
import { describeFiring, nothingFires } from './alert-text';
import { HeartbeatBanner } from './heartbeat-banner';
import { SelectionBar } from './selection-bar';
import { Undo } from './undo';
import { useAlertList, type AlertListModel, type InitialAlertList } from './use-alert-list';
import styles from './alert-list.module.css';

const AcknowledgeDialog = dynamic(() => import('./acknowledge-dialog'), { ssr: false });

const SCOPE =
  'Only these: alerts that join later are not acknowledged. ' +
  'Other receivers keep ringing; this does not acknowledge PagerDuty.';

/** What needs me: firing and unacknowledged first, in an order that stands still. */
export function AlertList({
  initial,
  mayAnswer,
  hours,
}: {
  initial: InitialAlertList;
  mayAnswer: boolean;
  /** How long an acknowledgement lasts unless somebody chooses. */
  hours: number;
}) {
  const model = useAlertList(initial);
  const [acknowledging, setAcknowledging] = useState<readonly string[]>([]);
  const [completed, setCompleted] = useState<CompletedAction | null>(null);
  const { list, newCount, params } = model;
  const onCompleted = (action: CompletedAction) => {
    setCompleted(action);
    model.clearSelection();
    void model.reload();
  };
  return (
    <main className={styles.list}>
      <h1 className="visually-hidden">Alerts</h1>
      {list && <HeartbeatBanner heartbeat={list.heartbeat} lostAt={model.lostAt} />}
      <AlertFilters
        params={params}
        filtered={model.filtered}
        counts={list ? describeFiring(list.counts) : ''}
        onChange={(changes) => void model.setParams(changes)}
      />
      {newCount > 0 && (
        <button type="button" className={styles.newAlerts} onClick={model.showNew}>
          {formatCounted(newCount, 'new alert')}. Show.
        </button>
      )}
      <div className={ui.card} data-testid="alerts">
        <Panel
          {...panelOf(model)}
          height={160}
          action={
            model.filtered && list ? (
              <button type="button" className={ui.button} onClick={() => void model.clearFilters()}>
                Clear filters
              </button>
            ) : undefined
          }
        >
          <AlertGrid model={model} mayAnswer={mayAnswer} onAcknowledge={setAcknowledging} />
        </Panel>
      </div>
      {list?.more && (
        <p className={styles.soft}>
          Only the first {list.counts.shown} are shown. Filter to see others.
        </p>
      )}
      {mayAnswer && <SelectionBar model={model} onAcknowledge={setAcknowledging} />}
      {acknowledging.length > 0 && (
        <AcknowledgeDialog
          request={{
            mode: 'acknowledge',
            ids: acknowledging,
            subject: subjectOf(model, acknowledging),
            scope: SCOPE,
            people: [],
            silenceable: countSilenceable(model, acknowledging),
          }}
          hours={hours}
          onClose={() => setAcknowledging([])}
          onCompleted={onCompleted}
        />
      )}
      {completed && <Undo action={completed} onOver={() => setCompleted(null)} />}
    </main>
  );
}

const subjectOf = ({ rows }: AlertListModel, ids: readonly string[]): string =>
  ids.length === 1 ? (rows.get(ids[0]!)?.name ?? '') : formatCounted(ids.length, 'alert');

const countSilenceable = ({ rows }: AlertListModel, ids: readonly string[]): number =>
  ids.filter((id) => rows.get(id)?.silence === 'possible').length;

/** What stands in the place of the rows, when there are none to show. */
function panelOf({ list, error, ids, filtered, now }: AlertListModel) {
  if (!list && error) {
    const answer = error instanceof ProblemError ? error.message : undefined;
    const message = answer ?? 'Alerts cannot be read. Open Alertmanager.';
    return { state: 'failed', message } as const;
  }
  if (!list) return { state: 'loading', message: 'Loading alerts…' } as const;
  if (ids.length > 0) return { state: 'ready' } as const;
  const hidden = filtered && list.counts.firing > 0;
  const message = hidden
    ? `No match; ${formatCount(list.counts.firing)} firing are hidden.`
    : nothingFires(list.heartbeat, now);
  return { state: 'empty', message } as const;
}
