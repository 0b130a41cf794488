'use client';

import { useEffect, useState } from 'react';
import { ProblemError } from '@/components/shell/api-client';
import { rememberRequest } from '@/components/shell/recent-requests';
import { Panel } from '@/components/ui/panel';
import ui from '@/components/ui/ui.module.css';
import type { FirstAnswer } from '@/lib/pages/contract';
import type { RequestView } from '@/lib/requests/contract';
import { FoundRequest } from './found-request';
import { NothingFound } from './nothing-found';
import { useRequestQuery } from './use-request-query';

interface Props {
  readonly id: string;
  /** JSON of a `FirstAnswer`: one text is handed over faster than thousands of properties. */
  readonly firstAnswer: string | undefined;
}

/** The request page: shows what is known, asks for what is not, and says what is missing. */
export function RequestPage({ id, firstAnswer }: Props) {
  const [first] = useState(() => parseFirstAnswer(firstAnswer));
  const query = useRequestQuery(id, first);
  const { view, error, retry } = query;
  useRecentRequest(id, view);
  if (error && !view?.window) return <RequestFailed error={error} onRetry={retry} />;
  if (!view) {
    return <Panel state="loading" height="60vh" message="Searching all sources: last 15 min…" />;
  }
  if (!view.window) return <NothingFound view={view} query={query} />;
  return (
    <FoundRequest
      view={view}
      connectionLost={error !== null}
      onRetry={retry}
      onChanged={query.refresh}
    />
  );
}

const parseFirstAnswer = (json: string | undefined): FirstAnswer | undefined =>
  json === undefined ? undefined : (JSON.parse(json) as FirstAnswer);

function RequestFailed({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const message =
    error instanceof ProblemError
      ? error.message
      : 'The portal did not answer. Check your connection.';
  const retry = (
    <button type="button" className={ui.button} onClick={onRetry}>
      Retry
    </button>
  );
  return <Panel state="failed" height="60vh" message={message} action={retry} />;
}

/** Home lists what this browser has seen, once its outcome is known. */
function useRecentRequest(id: string, view: RequestView | undefined): void {
  const known = view?.complete && view.window ? view : undefined;
  const state = known?.verdict.state;
  const root = known?.lanes[0];
  const operation = root ? `${root.service} ${root.name}` : '';
  const durationNs = known?.window?.durationNs ?? 0;
  useEffect(() => {
    if (state) rememberRequest({ id, state, operation, durationNs });
  }, [id, state, operation, durationNs]);
}
